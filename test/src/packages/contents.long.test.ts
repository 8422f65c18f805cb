// The contents of the published packages.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import t from 'tap';
import { packInto } from '../support/packed.js';
import { tempFolder } from '../support/temp-folder.js';

const run = promisify(execFile);

const folder = await tempFolder(t);
const tarballs = await packInto(folder);

interface Unpacked {
  readonly name: string;
  readonly at: string;
  readonly files: readonly string[];
}

const packages: Unpacked[] = [];
for (const [name, tarball] of tarballs) {
  const at = join(folder, 'unpacked', name);
  await mkdir(at, { recursive: true });
  await run('tar', ['xzf', tarball, '--strip-components=1', '-C', at]);
  const entries = await readdir(at, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  packages.push({ name, at, files });
}

const manifestOf = async (at: string) => JSON.parse(await readFile(join(at, 'package.json'), 'utf8'));

t.test('every package has a README, a licence, and a package.json that says where it comes from', async (t) => {
  t.strictSame(
    packages.map(({ name }) => name).sort(),
    ['client', 'host', 'plugin-api', 'plugins', 'server'].map((name) => `@gatehouse/${name}`).concat('gatehouse'),
  );
  for (const { name, at } of packages) {
    for (const file of ['README.md', 'LICENSE']) t.ok(existsSync(join(at, file)), `${name} has ${file}`);
    const manifest = await manifestOf(at);
    t.match(manifest, { name, license: 'MIT', description: /\w/, engines: { node: '^20.19.0 || >=22' } });
    t.match(manifest.repository, { type: 'git', url: /^git\+https:/, directory: /^packages\// }, name);
    t.notOk(manifest.private ?? manifest.devDependencies ?? manifest.scripts, name);
  }
});

t.test('no package mentions the workspace, its private package or its private exports', async (t) => {
  for (const { name, files } of packages) {
    for (const file of files.filter((one) => one.endsWith('package.json'))) {
      t.notMatch(await readFile(file, 'utf8'), /workspace:|gatehouse-internal|internal\/|@gatehouse\/support/, file);
    }
    const code = files.filter((one) => /\.(c?js|d\.c?ts)$/.test(one));
    const texts = await Promise.all(code.map(async (file) => [file, await readFile(file, 'utf8')] as const));
    const wrong = texts.filter(([, text]) => /(from |import ?\(?)['"]@gatehouse\/(support|host\/internal)/.test(text));
    t.strictSame(
      wrong.map(([file]) => file),
      [],
      name,
    );
  }
});

t.test('every file that a package.json names is there', async (t) => {
  for (const { at } of packages) {
    const { exports, bin, imports } = await manifestOf(at);
    const text = JSON.stringify([exports, bin, imports]);
    for (const [, path] of text.matchAll(/"(\.?\/?[\w./-]+\.(?:js|ts|json))"/g)) {
      t.ok(existsSync(join(at, path!)), `${at} has ${path}`);
    }
  }
});

t.test('the host is packed with its bundles, which need no package but the interface and the pool', async (t) => {
  const bundles = packages
    .find(({ name }) => name === '@gatehouse/host')!
    .files.filter((one) => /\/bundled\/[^/]+js$/.test(one));
  const names = ['child.js', 'entry.cjs', 'session.js', 'supervisor.js', 'watcher.js'];
  t.strictSame(bundles.map((file) => basename(file)).sort(), names);
  const code = await Promise.all(bundles.map((file) => readFile(file, 'utf8')));
  const imported = code.flatMap((text) => [...text.matchAll(/^import .*from "([^"]+)";$/gm)].map(([, name]) => name!));
  const packagesOf = new Set(imported.filter((name) => !name.startsWith('node:')));
  t.strictSame([...packagesOf].sort(), ['@gatehouse/plugin-api/hooks', 'piscina']);
});

t.test('every source map holds its sources, and every file that names a map has it', async (t) => {
  for (const { name, files } of packages) {
    t.notOk(
      files.find((file) => /(\.test\.|\.tsbuildinfo$|\.d\.c?ts\.map$)/.test(file)),
      `${name}: no left-overs`,
    );
    for (const file of files.filter((one) => one.endsWith('.map'))) {
      const { sources, sourcesContent } = JSON.parse(await readFile(file, 'utf8'));
      const isWhole = sourcesContent?.length === sources.length && sourcesContent.every((one: unknown) => one);
      if (!isWhole) t.fail(`${file} lacks a source`);
    }
    for (const file of files.filter((one) => /\.(c?js|d\.c?ts)$/.test(one))) {
      const map = /^\/\/# sourceMappingURL=(\S+)\s*$/m.exec(await readFile(file, 'utf8'))?.[1];
      if (map !== undefined && !existsSync(resolve(dirname(file), map)))
        t.fail(`${file} names ${map}, which is missing`);
    }
  }
});

/** Prints what the two programs find. In one process, because each of them takes seconds to load. */
const lint = `
  import { readFileSync } from 'node:fs';
  import { publint } from 'publint';
  import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
  for (const file of process.argv.slice(1)) {
    const bytes = new Uint8Array(readFileSync(file));
    const { messages } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
    const { problems = [] } = await checkPackage(createPackageFromTarballData(bytes));
    console.log(JSON.stringify([file, ...messages, ...problems]));
  }
`;

/** The profile "esm-only" of attw's command: Node can require modules from 20.19 on, and node10 has no exports. */
const isOfOthers = (one: unknown) => /"resolutionKind":"(node10|node16-cjs)"/.test(JSON.stringify(one));

t.test('publint, strictly, and attw for packages of modules find nothing wrong', async (t) => {
  const cwd = join(folder, 'tools');
  await mkdir(cwd);
  await writeFile(join(cwd, 'package.json'), '{"private":true}');
  const wanted = ['publint@0.3.25', '@arethetypeswrong/core@0.18.5'];
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...wanted], { cwd, timeout: 60_000 });
  const args = ['--input-type=module', '--eval', lint, '--', ...tarballs.values()];
  const { stdout } = await run(process.execPath, args, { cwd, timeout: 60_000 });
  const found = stdout.trim().split('\n');
  t.equal(found.length, tarballs.size);
  for (const line of found) {
    const [file, ...problems] = JSON.parse(line) as [string, ...unknown[]];
    t.strictSame(
      problems.filter((one) => !isOfOthers(one)),
      [],
      file,
    );
  }
});
