// The published packages in empty projects: three package managers, three versions of Node.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { packInto } from '../support/packed.js';
import { ServerLog } from '../support/server-log.js';
import { ServerProcess } from '../support/server-process.js';
import { tempFolder } from '../support/temp-folder.js';

const run = promisify(execFile);
const installMs = 120_000;

interface NodeVersion {
  readonly major: number;
  readonly path: string;
}

const nodes = new URL('../../../scripts/setup/nodes.mjs', import.meta.url).href;
const { majors, nodeOf } = (await import(nodes)) as {
  readonly majors: readonly number[];
  nodeOf(major: number): Promise<NodeVersion | undefined>;
};

const folder = await tempFolder(t);
// A folder of its own: yarn caches a tarball by its path from the project, and would install what an earlier run packed.
const tarballs = await packInto(await tempFolder(t));
const files = Object.fromEntries([...tarballs].map(([name, path]) => [name, pathToFileURL(path).href]));

/** A project that needs packages. They need each other by version, which no registry has: `more` leads to the files. */
async function project(name: string, more: object = {}): Promise<string> {
  const at = join(folder, name);
  await mkdir(at);
  const manifest = { name, version: '1.0.0', private: true, type: 'module', dependencies: files, ...more };
  await writeFile(join(at, 'package.json'), JSON.stringify(manifest));
  return at;
}

const program = `
  import { createHost } from '@gatehouse/host';
  import { Continue } from '@gatehouse/plugin-api';
  import { connect } from '@gatehouse/client';
  import { createRequire } from 'node:module';
  import { fileURLToPath } from 'node:url';
  const { connect: required } = createRequire(import.meta.url)('@gatehouse/client');
  const plugins = fileURLToPath(new URL('plugins', import.meta.resolve('@gatehouse/plugins/package.json')));
  // A busy machine keeps plugins from their cores.
  const gate = { budgetMs: 10_000 };
  const host = await createHost({ plugins: [plugins], enabled: ['payload-limiter'], readyMs: 20_000, gate });
  const event = { recipientKey: new Uint8Array(32), channelId: new Uint8Array(16), payloadLen: 70_000, seq: 1n };
  const large = host.onMessageEnqueue(event).action;
  const small = host.onMessageEnqueue({ ...event, payloadLen: 7 }).action;
  await host.close();
  console.log([typeof connect, required === connect, Continue.action ?? typeof Continue, large, small].join(' '));
`;

/** Runs what an embedder writes, on a version of Node. */
async function embeds(at: string, { path }: NodeVersion): Promise<string> {
  const { stdout } = await run(path, ['--input-type=module', '--eval', program], { cwd: at, timeout: 60_000 });
  return stdout;
}

const found = (await Promise.all(majors.map(nodeOf))).filter((one) => one !== undefined);

/** Installs with a manager that runs on that Node. It refuses packages whose `engines` exclude it, as yarn and npm can. */
async function install(at: string, { path }: NodeVersion, args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: `${dirname(path)}:${process.env.PATH}` };
  await run('npx', ['--yes', ...args], { cwd: at, env, timeout: installMs, maxBuffer: 2 ** 24 });
}

interface Installed {
  readonly name: string;
  readonly engines?: { readonly node?: string };
}

/** Returns every installed package that is for fewer Nodes than ours are. */
async function narrowerIn(cwd: string): Promise<readonly string[]> {
  const { stdout } = await run('npm', ['query', ':root *'], { cwd, timeout: installMs, maxBuffer: 2 ** 26 });
  const installed = JSON.parse(stdout) as Installed[];
  const ours = installed.find(({ name }) => name === 'gatehouse')?.engines?.node;
  const { subset } = createRequire(join(cwd, 'package.json'))('semver') as typeof import('semver');
  const isNarrower = ({ engines }: Installed) => !subset(ours ?? '*', engines?.node ?? '*');
  return installed.filter(isNarrower).map(({ name, engines }) => `${name}: ${engines?.node}`);
}

t.equal(found.length, majors.length, 'every version of Node is there');

for (const node of found) {
  t.test(`npm installs the packages on Node ${node.major}, and they serve`, async (t) => {
    const at = await project(`npm-${node.major}`);
    await install(at, node, ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--engine-strict']);
    t.match(await embeds(at, node), / true .* reject continue\n/);

    t.strictSame(await narrowerIn(at), [], 'nothing that comes along excludes a Node of ours');

    const log = new ServerLog(() => {});
    const main = join(at, 'node_modules', '.bin', 'gatehouse');
    const before = process.cwd();
    process.chdir(at);
    const server = new ServerProcess({ port: '0', adminPort: '0' }, log, [main]);
    process.chdir(before);
    t.teardown(() => server.close());
    await log.line(({ msg }) => msg === 'payload-limiter is ready');
    t.match(await server.url(), /^http:/);
    t.ok(existsSync(join(at, 'plugins')), 'its own folder of plugins is made');
  });

  t.test(`yarn installs the packages on Node ${node.major}, and they serve`, async (t) => {
    const at = await project(`yarn-${node.major}`, { resolutions: files });
    await install(at, node, ['yarn@1.22.22', 'install', '--no-lockfile', '--non-interactive', '--prefer-offline']);
    t.match(await embeds(at, node), / true .* reject continue\n/);
  });

  t.test(`pnpm installs the packages on Node ${node.major}, and they serve`, async (t) => {
    const at = await project(`pnpm-${node.major}`);
    const lines = Object.entries(files).map(([name, file]) => `  '${name}': '${file}'`);
    const builds = 'allowBuilds:\n  lmdb: false\n  msgpackr-extract: false\n';
    await writeFile(join(at, 'pnpm-workspace.yaml'), `${builds}overrides:\n${lines.join('\n')}\n`);
    await install(at, node, ['pnpm@12.21.0', 'install', '--prefer-offline']);
    t.match(await embeds(at, node), / true .* reject continue\n/);
  });
}
