// The options of a host: what is wrong is refused by its name, before anything is started.

import { spawnSync } from 'node:child_process';
import { Console } from 'node:console';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createHost, type HostLogger, type HostOptions, hostOptionRows } from '@gatehouse/host';
import { harmless, hostLogOf } from '@gatehouse/host/internal/contract/host-log';
import { checkOptions } from '@gatehouse/host/internal/options/check-options';
import { complaintsOfOptions, withDefaults } from '@gatehouse/host/internal/options/check-table';
import { optionsAsMarkdown } from '@gatehouse/host/internal/options/markdown';
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
  [{ config: null }, /config: expected an object with a configuration for each plugin, got null/],
  [{ config: [] }, /config: expected an object with/],
  [{ config: { guard: 's3cret' } }, /^config\.guard: expected an object$/],
  [{ policies: 'continue' }, /policies: expected an object with a policy for each plugin, got 'continue'/],
  [{ policies: { guard: 'open' } }, /policies\.guard: expected continue, reject, defer or an object .*, got 'open'/],
  [
    { policies: { a: { crash: 'reject' }, b: { threw: 1 } } },
    /a\.crash: unknown key, did you mean "crashed".*; .*b\.threw/,
  ],
  [
    { logger: { info() {} } },
    /logger: expected a logger with debug, info, warn and error, or false, got one without debug, warn, error/,
  ],
  [{ logger: true }, /logger: expected a logger .*, got true/],
  [{ strict: 1 }, /strict: expected true or false, got 1/],
  [{ gate: null }, /gate: expected an object, got null/],
  [{ gate: { budgetMs: 0 } }, /gate\.budgetMs: expected a whole number from 1 to 60000 \(ms\), got 0/],
  [{ gate: { budgetMs: 5n } }, /gate\.budgetMs: expected a whole number .*, got 5n/],
  [{ gate: { graceMs: -1 } }, /gate\.graceMs: expected a whole number from 0 to 60000 \(ms\), got -1/],
  [{ gate: { budgetMs: Number.NaN } }, /gate\.budgetMs: .*got NaN/],
  [{ gate: { callMax: 1.5 } }, /gate\.callMax: expected a whole number from 1 to 1024, got 1\.5/],
  [{ gate: { chain: 'random' } }, /gate\.chain: expected one of sequential, parallel, got 'random'/],
  [{ gate: { wait: 'spin' } }, /gate\.wait: expected 'adaptive', 'park' or { spinUs }, got 'spin'/],
  [{ gate: { wait: { spinUs: 2001 } } }, /gate\.wait\.spinUs: expected a whole number from 0 to 2000 \(µs\), got 2001/],
  [{ observers: 7 }, /observers: expected an object, got 7/],
  [
    { observers: { ringBytes: 100_000 } },
    /observers\.ringBytes: expected a power of two from 16384 to 1073741824 \(bytes\), got 100000/,
  ],
  [{ observers: { ringBytes: 16 } }, /observers\.ringBytes: expected a power of two from 16384/],
  [{ niceness: { gate: 20 } }, /niceness\.gate: expected a whole number from 0 to 19, got 20/],
  [{ isolation: { guard: 'jail' } }, /isolation\.guard: expected one of thread, hardened-thread, process, got 'jail'/],
  [{ gate: { budgetMs: null } }, /gate\.budgetMs: expected .*, got null/],
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

t.test('all options that are wrong are named at once', async (t) => {
  const options = { plugins: 7, gate: { graceMS: 5, budgetMs: 0 } } as unknown as HostOptions;
  await t.rejects(createHost(options), {
    message: /^plugins: .*; gate\.graceMS: .*"graceMs"\?; gate\.budgetMs: .* got 0$/,
  });
});

t.test('an option that is left out, or undefined, has its default', async (t) => {
  const { gate, niceness, readyMs } = hostOptionRows;
  const expected = {
    budgetMs: gate.rows.budgetMs.default,
    graceMs: gate.rows.graceMs.default,
    chain: gate.rows.chain.default,
    readyMs: readyMs.default,
    enabledAtFirst: [],
    allowances: { niceness: { gate: niceness.rows.gate.default, observers: niceness.rows.observers.default } },
  };
  t.match(checkOptions({ plugins: [] }), expected);
  const undefinedOnes = { plugins: [], readyMs: undefined, niceness: undefined, gate: { budgetMs: undefined } };
  t.match(checkOptions(undefinedOnes as unknown as HostOptions), expected);
  t.match(expected, { budgetMs: 100, graceMs: 1000, chain: 'sequential' });
});

t.test('an option that is given is kept, beside the defaults of its group', async (t) => {
  const { allowances, graceMs, budgetMs, wait, sizes } = checkOptions({
    plugins: [],
    niceness: { observers: 3 },
    gate: { graceMs: 0, wait: { spinUs: 9 }, callMax: 1024 },
    observers: { ringBytes: 2 ** 14 },
  });
  t.match({ graceMs, budgetMs, wait }, { graceMs: 0, budgetMs: 100, wait: { spinUs: 9 } });
  t.strictSame(allowances.niceness, { gate: 1, observers: 3 });
  t.match(sizes, { callMax: 1024, ringBytes: 2 ** 14, requestBytes: 1024 * 256 });
});

t.test('every default is one that could be given', async (t) => {
  const given = withDefaults(hostOptionRows, { plugins: [] });
  t.strictSame(complaintsOfOptions(hostOptionRows, given), []);
});

const methods = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** A logger with these members, and the lines that it got. */
function recorder(...members: readonly string[]): { logger: HostLogger; lines: unknown[][] } {
  const lines: unknown[][] = [];
  const write = (name: string) => [name, (...line: unknown[]) => void lines.push([name, ...line])];
  return { logger: Object.fromEntries(members.map(write)), lines };
}

t.test(
  'any logger gets its lines in its own order: fields first as pino and bunyan, message first as all others',
  async (t) => {
    const fields = { plugin: 'guard' };
    const written = (...members: readonly string[]) => {
      const { logger, lines } = recorder(...members);
      const log = hostLogOf(logger);
      for (const method of methods) log[method](fields, 'told');
      log.info('alone');
      return lines;
    };
    const asPino = [...methods.map((method) => [method, fields, 'told']), ['info', 'alone']];
    t.strictSame(written(...methods, 'child'), asPino);
    const asConsole = [...methods.map((method) => [method, 'told', fields]), ['info', 'alone']];
    t.strictSame(written(...methods), asConsole, 'without child');
    t.strictSame(written(...methods, 'child', 'transports'), asConsole, 'winston with levels of its own');
    const few = ['debug', 'debug', 'info', 'warn', 'error', 'error'].map((method) => [method, 'told', fields]);
    t.strictSame(written('debug', 'info', 'warn', 'error', 'child'), [...few, ['info', 'alone']], 'winston');
  },
);

t.test('`console` is a logger, and a line of the lowest level brings no stack', async (t) => {
  const printed = t.capture(console, 'debug');
  const traced = t.capture(console, 'trace');
  hostLogOf(console).trace({ a: 1 }, 'detail');
  t.same(printed.args(), [['%s', 'detail', { a: 1 }]]);
  t.same(traced.args(), []);
});

t.test('a message of a plugin is no format to a console: whose it is stands in the line', async (t) => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  hostLogOf(new Console(stdout)).info({ plugin: 'guard' }, '100 %c %s');
  t.equal(stdout.read(), "100 %c %s { plugin: 'guard' }\n");
});

t.test('a logger that rejects or throws costs its lines, and none is asked where there is none', async (t) => {
  const fail = async () => {
    throw new Error('the log is full');
  };
  const log = harmless(hostLogOf({ debug: fail, info: fail, warn: fail, error: () => void JSON.parse('') }));
  t.doesNotThrow(() => {
    log.warn('lost');
    log.error('lost too');
    hostLogOf(false).fatal({ a: 1 }, 'to nobody');
  });
  await new Promise(setImmediate);
});

t.test('without a logger a host prints nothing', async (t) => {
  const host = import.meta.resolve('@gatehouse/host');
  const program = `import { createHost } from '${host}';
    const host = await createHost({ plugins: [], enabled: ['absent'] }); await host.close();`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  t.same({ stdout, stderr, status }, { stdout: '', stderr: '', status: 0 });
});

t.test('the documentation has the table of options as it is; `npm run docs` writes it', async (t) => {
  const file = new URL('../../../docs/options.md', import.meta.url);
  t.ok((await readFile(file, 'utf8')).includes(optionsAsMarkdown()));
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
