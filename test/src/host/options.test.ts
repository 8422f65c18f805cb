// The options of a host: what is wrong is refused by its name, before anything is started.

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHost, type HostOptions } from '@gatehouse/host';
import { checkOptions } from '@gatehouse/host/internal/options/check-options';
import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const wrong: readonly (readonly [options: object | undefined | null, message: RegExp])[] = [
  [undefined, /options: expected an object, got undefined/],
  [null, /options: expected an object, got null/],
  [{}, /plugins: expected a list of folders, got undefined/],
  [{ plugins: './plugins' }, /plugins: expected a list of folders, got '.\/plugins'/],
  [{ plugins: [7] }, /plugins: expected a list of folders/],
  [{ polices: {} }, /polices: there is no such option, did you mean "policies"\?/],
  [{ gate: { budgetMS: 5 } }, /gate\.budgetMS: there is no such option, did you mean "budgetMs"\?/],
  [{ observers: { bytes: 5 } }, /observers\.bytes: there is no such option/],
  [{ enabled: 'all' }, /enabled: expected a list of plugin names/],
  [{ stateFile: 7 }, /stateFile: expected the path of a file, got 7/],
  [{ config: null }, /config: expected an object of configurations, got null/],
  [{ config: [] }, /config: expected an object of configurations/],
  [{ policies: 'continue' }, /policies: expected an object of policies by plugin, got 'continue'/],
  [{ policies: { guard: 'open' } }, /policies\.guard: expected continue, reject, defer or an object .*, got 'open'/],
  [
    { policies: { a: { crash: 'reject' }, b: { threw: 1 } } },
    /a\.crash: unknown key, did you mean "crashed".*; .*b\.threw/,
  ],
  [{ logger: console }, /logger: expected a pino logger/],
  [{ gate: null }, /gate: expected an object, got null/],
  [{ gate: { budgetMs: 0 } }, /gate\.budgetMs: expected a whole number from 1 to 60000, got 0/],
  [{ gate: { budgetMs: 5n } }, /gate\.budgetMs: expected a whole number .*, got 5n/],
  [{ gate: { graceMs: -1 } }, /gate\.graceMs: expected a whole number from 0 to 60000, got -1/],
  [{ gate: { budgetMs: Number.NaN } }, /gate\.budgetMs: .*got NaN/],
  [{ gate: { callMax: 1.5 } }, /gate\.callMax: expected a whole number from 1 to 1024, got 1\.5/],
  [{ gate: { chain: 'random' } }, /gate\.chain: expected 'sequential' or 'parallel', got 'random'/],
  [{ gate: { wait: 'spin' } }, /gate\.wait: expected .*got 'spin'/],
  [{ observers: 7 }, /observers: expected an object, got 7/],
  [{ observers: { ringBytes: 100_000 } }, /observers\.ringBytes: expected a power of two, got 100000/],
  [{ observers: { ringBytes: 16 } }, /observers\.ringBytes: expected a whole number from/],
];

t.test('an option that is wrong is refused by its name, with what was expected and what came', async (t) => {
  for (const [options, message] of wrong) {
    const all = options && { plugins: [], ...options };
    const given = options && Object.keys(options).length === 0 ? options : all;
    await t.rejects(createHost(given as unknown as HostOptions), { code: 'OPTIONS_INVALID', message });
  }
});

t.test('a plugin folder that is not there is refused, and no thread is left behind', async (t) => {
  const folder = await tempFolder(t);
  await t.rejects(createHost({ plugins: [join(folder, 'none')] }), { code: 'OPTIONS_INVALID', message: /none/ });
});

t.test('a state file that cannot be understood is refused', async (t) => {
  const folder = await tempFolder(t);
  const stateFile = join(folder, '.state.json');
  await writeFile(stateFile, 'half a fi');
  await t.rejects(createHost({ plugins: [folder], stateFile }), { code: 'STATE_FILE_INVALID' });
});

t.test('where nothing is said, a chain has 100 ms and a plugin that missed its deadline a second more', async (t) => {
  t.match(checkOptions({ plugins: [] }), { budgetMs: 100, graceMs: 1000, chain: 'sequential' });
});

t.test('whoever has one core only never spins', async (t) => {
  const options = import.meta.resolve('@gatehouse/host/internal/options/check-options');
  const program = `import { checkOptions } from '${options}'; console.log(checkOptions({ plugins: [] }).wait)`;
  const node = [process.execPath, '--input-type=module', '--eval', program];
  const pinned = spawnSync('taskset', ['--cpu-list', '0', ...node], { encoding: 'utf8' });
  if (pinned.error !== undefined || /failed/.test(pinned.stderr)) {
    return void t.skip('threads cannot be pinned here', () => {});
  }
  t.equal(pinned.stdout.trim(), 'park');
});
