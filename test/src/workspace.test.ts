// The workspace hangs together, and its scripts say plainly what they found.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
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

t.test('a wrong flag of `npm start` is told before anything is installed or built', async (t) => {
  const checkout = t.testdir({ docs: {} });
  await cp(inRoot('scripts'), join(checkout, 'scripts'), { recursive: true });
  const asked = 'packages/support/src/did-you-mean.ts';
  for (const file of ['docs/settings.md', asked]) await cp(inRoot(file), join(checkout, file));
  const args = ['--prot=1', '--port=many', '--sealed-sender', '--xyzzy-1', '--config', '--odd', '--log-level', 'loud'];
  const start = spawn(process.execPath, ['scripts/start.mjs', ...args, '--port'], { cwd: checkout });
  const [stderr, [code]] = await Promise.all([text(start.stderr), once(start, 'close')]);
  t.equal(code, 2);
  const told = stderr.trimEnd().split('\n');
  t.match(told[0], /^gatehouse: there is no flag --prot/);
  t.strictSame(told.slice(1), [
    '--port is wrong: expected a whole number from 0 to 65535',
    'there is an unknown flag: write each as --name=value',
    '--log-level is wrong: expected one of trace, debug, info, warn, error, fatal, silent',
    '--port needs a value',
    'docs/settings.md lists the flags',
  ]);
  t.strictSame(await readdir(checkout), ['docs', 'packages', 'scripts'], 'nothing was installed');
});

t.test(
  'a signal ends an installation or a build with all that it has started',
  { skip: process.platform === 'win32' && 'there are no process groups' },
  async (t) => {
    const server = createServer().listen(0, '127.0.0.1');
    t.teardown(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const work = `require('net').connect(${port}, '127.0.0.1')`;
    const nested = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(work)}]);${work}`;
    const step = `import { step } from './scripts/setup/step.mjs';
      await step('working', process.execPath, ['-e', ${JSON.stringify(nested)}]);`;
    const script = spawn(process.execPath, ['--input-type=module', '--eval', step], { cwd: root, stdio: 'ignore' });
    t.teardown(() => script.kill('SIGKILL'));
    const connected: Socket[] = [];
    while (connected.length < 2) connected.push(((await once(server, 'connection')) as [Socket])[0]);
    const ended = connected.map((socket) => once(socket.on('error', () => {}).resume(), 'close'));
    script.kill('SIGTERM');
    t.strictSame(await once(script, 'exit'), [143, null]);
    await Promise.all(ended);
  },
);

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
