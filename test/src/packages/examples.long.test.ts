// The examples run as a newcomer runs them: from an empty folder, with the packages as tarballs.

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import t from 'tap';
import { root } from '../laws/files.js';
import { packInto } from '../support/packed.js';
import { tempFolder } from '../support/temp-folder.js';

const run = promisify(execFile);
const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const compiler = join(root, 'node_modules/ts7/bin/tsc');
/** The tests of an example are those of another process, and none of this suite's. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TAP|NODE_)/.test(name)));

const packages = await packInto(await tempFolder(t));
const tarballs = ['@gatehouse/plugin-api', '@gatehouse/host'].map((name) => packages.get(name)!);
const withoutMade = {
  recursive: true,
  filter: (path: string) => !/[\\/](node_modules|package-lock\.json)$/.test(path),
};

t.equal(examples.length, 4);
t.jobs = 2;
for (const example of examples) {
  t.test(`${example}: installs into an empty folder, and its test with a real client passes`, async (t) => {
    const cwd = await tempFolder(t);
    const startedAt = Date.now();
    const inFolder = (file: string, ...args: string[]) => run(file, args, { cwd, env, timeout: 80_000 });
    await cp(join(root, 'examples', example), cwd, withoutMade);
    await inFolder('npm', 'install', '--no-save', '--no-audit', '--no-fund', ...tarballs);
    const installedAt = Date.now();
    const { stdout } = await inFolder('npm', 'test');
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    const now = Date.now();
    t.comment(`${example}: ${seconds(startedAt, now)} s, of which ${seconds(startedAt, installedAt)} s to install`);
    t.match(stdout, /fail 0\n/);
    await inFolder(process.execPath, compiler, '--project', '.');
  });
}
