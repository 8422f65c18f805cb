// The workspace hangs together, and its scripts say plainly what they found.

import { execFile } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { filesBelow, root } from './laws/files.js';

const inRoot = (path: string) => join(root, path);
/** Folders of the packages that need another one of the workspace: a plugin of somebody else's does not. */
async function dependentPackages(): Promise<readonly string[]> {
  const files = filesBelow('').filter((file) => file.endsWith('/package.json'));
  const texts = await Promise.all(files.map((file) => readFile(inRoot(file), 'utf8')));
  return files.filter((_, i) => texts[i]?.includes('"workspace:')).map((file) => file.replace('/package.json', ''));
}

t.test('every package is named in pnpm-workspace.yaml, and is a project of tsconfig.json', async (t) => {
  const yaml = await readFile(inRoot('pnpm-workspace.yaml'), 'utf8');
  const named = [...yaml.matchAll(/^ {2}- (\S+)$/gm)].map((match) => match[1]);
  const { references } = JSON.parse(await readFile(inRoot('tsconfig.json'), 'utf8'));
  const projects = references.map((one: { path: string }) => one.path);
  t.strictSame(projects.sort(), named.sort());
  for (const folder of await dependentPackages()) t.ok(named.includes(folder), folder);
});

t.test('every package comes with the license of the repository', async (t) => {
  const license = await readFile(inRoot('LICENSE'), 'utf8');
  const yaml = await readFile(inRoot('pnpm-workspace.yaml'), 'utf8');
  for (const [, folder = ''] of yaml.matchAll(/^ {2}- (packages\/\S+)$/gm)) {
    t.equal(await readFile(inRoot(`${folder}/LICENSE`), 'utf8').catch(() => 'none'), license, folder);
    const manifest = JSON.parse(await readFile(inRoot(`${folder}/package.json`), 'utf8'));
    t.match(manifest, { license: 'MIT', files: ['dist', 'LICENSE'] }, folder);
  }
});

t.test('a Node that is too old is told which one is needed', async (t) => {
  const check = "import('./scripts/setup/node-version.mjs').then((m) => m.checkNodeVersion('20.18.3'))";
  await t.rejects(promisify(execFile)(process.execPath, ['--eval', check], { cwd: root }), {
    code: 1,
    stderr: /needs Node 20\.19 or later; this is Node 20\.18\.3/,
  });
});

/** Runs .ci/run with an npm whose `test` prints `output` and ends with `code`, and whose other suites are empty. */
async function ci(t: Test, output: string, code: number) {
  const others = `[ "$1" = test ] || { echo '0 passed, 0 failed'; exit 0; }`;
  const bin = t.testdir({ npm: `#!/bin/sh\n${others}\nprintf '%s\\n' '${output}'\nexit ${code}\n` });
  await chmod(join(bin, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const ended = await promisify(execFile)(inRoot('.ci/run'), { env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );
  return { code: ended.code, lastLine: ended.stdout.trimEnd().split('\n').at(-1) };
}

t.test('.ci/run ends with the counts of the suite, and with its exit code', async (t) => {
  t.strictSame(await ci(t, 'noise\n12 passed, 0 failed', 0), { code: 0, lastLine: '12 passed, 0 failed' });
  t.strictSame(await ci(t, '12 passed, 3 failed', 1), { code: 1, lastLine: '12 passed, 3 failed' });
});

t.test('.ci/run counts a suite that died as failed, whatever it printed', async (t) => {
  t.strictSame(await ci(t, 'killed', 137), { code: 1, lastLine: '0 passed, 1 failed' });
  t.strictSame(await ci(t, '12 passed, 0 failed', 1), { code: 1, lastLine: '12 passed, 1 failed' });
  t.strictSame(await ci(t, 'nothing was counted', 0), { code: 1, lastLine: '0 passed, 1 failed' });
});
