// The command `gatehouse`, as a process: what it does besides running the server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startServer } from '@gatehouse/server';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const main = fileURLToPath(import.meta.resolve('@gatehouse/server/internal/main'));

interface Run {
  readonly files?: Record<string, string>;
  readonly env?: Record<string, string>;
}

/** Runs the command in a folder of its own, and returns what it said. */
async function gatehouse(t: Test, args: readonly string[], { files = {}, env = {} }: Run = {}) {
  const cwd = await tempFolder(t, files);
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { PATH: process.env.PATH, ...env } });
  t.teardown(() => child.kill('SIGKILL'));
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, code };
}

const token = 'an-admin-token-of-the-test';

t.test('`config` shows each setting with where it comes from, and hides secrets', async (t) => {
  const { out, err, code } = await gatehouse(
    t,
    ['config', '--gather-max', '8', '--sealed-sender', '--data-folder=./d'],
    {
      files: { 'gatehouse.yaml': 'port: 0\npluginConfig: { one: { key: s3cret } }\n' },
      env: { GATEHOUSE_ADMIN_TOKEN: token, GATEHOUSE_PROT: '1' },
    },
  );
  t.equal(code, 0);
  t.match(out, /^port: 0 +# gatehouse\.yaml:1$/m);
  t.match(out, /^gatherMax: 8 +# --gather-max$/m);
  t.match(out, /^sealedSender: true +# --sealed-sender$/m);
  t.match(out, /^dataFolder: .\/d +# --data-folder$/m);
  t.match(out, /^adminToken: \(hidden\) +# GATEHOUSE_ADMIN_TOKEN$/m);
  t.match(out, /^logLevel: info +# default$/m);
  t.notMatch(out, token);
  t.notMatch(out, 's3cret');
  t.equal(err, 'gatehouse: GATEHOUSE_PROT is ignored: it is no setting, did you mean "GATEHOUSE_PORT"?\n');
});

t.test('`config` says which choices of operators overrule a setting, and where they are kept', async (t) => {
  const choices = { one: { enabled: false }, two: { enabled: true }, three: { enabled: true }, four: {} };
  const files = { 'data/plugins.json': JSON.stringify({ version: 1, plugins: choices }) };
  const { out } = await gatehouse(t, ['config', '--enabled=one,./plugins/three.js'], { files });
  const [remark] = /^enabled: .*\n# .*$/m.exec(out) ?? [];
  t.match(
    remark,
    /\n# enabled is overruled by the choices of operators in data.plugins\.json: disabled: one; enabled: two$/,
  );
  const { out: json } = await gatehouse(t, ['config', '--enabled=one,three', '--json'], { files });
  t.match(JSON.parse(json).enabled, { value: ['one', 'three'], overruled: { disabled: ['one'], enabled: ['two'] } });
  const broken = await gatehouse(t, ['config'], { files: { 'data/plugins.json': '{' } });
  t.match([broken.code, broken.err], [0, /^gatehouse: the state file .*plugins\.json cannot be read: /]);
});

t.test('what `config` shows is a settings file', async (t) => {
  const { out } = await gatehouse(t, ['config', '--wait', '30', '--policies', '{"one":{"timed-out":"continue"}}']);
  const again = await gatehouse(t, ['config', '--json'], { files: { 'gatehouse.yaml': out } });
  t.equal(again.code, 0, again.err);
  t.match(JSON.parse(again.out), {
    wait: { value: { spinUs: 30 }, source: 'file' },
    policies: { value: { one: { 'timed-out': 'continue' } } },
    adminToken: { value: null, source: 'default' },
  });
});

t.test('`config --json` is for programs', async (t) => {
  const { out } = await gatehouse(t, ['config', '--json', '--port=1'], { env: { GATEHOUSE_ADMIN_TOKEN: token } });
  t.match(JSON.parse(out), {
    port: { value: 1, source: 'flag', place: '--port' },
    adminToken: { value: '(hidden)', source: 'environment', place: 'GATEHOUSE_ADMIN_TOKEN' },
    budgetMs: { value: 100, source: 'default' },
  });
});

t.test('what is wrong with flags, variables and the file is told at once, and nothing starts', async (t) => {
  const { out, err, code } = await gatehouse(t, ['--prot', '8080', '--gather-max', '0', '--json', '--budget-ms'], {
    files: { 'other.yaml': 'port: 1\n\nenabeld: [one]\n' },
    env: { GATEHOUSE_CONFIG: 'other.yaml', GATEHOUSE_RATE_LIMIT: 'many' },
  });
  t.equal(out, '');
  t.equal(code, 2);
  t.strictSame(err.trim().split('\n'), [
    'gatehouse: other.yaml:3: unknown setting "enabeld", did you mean "enabled"?',
    '--budget-ms needs a value',
    'there is no flag --prot, did you mean "--port"?',
    'there is no flag --json',
    'rateLimit (GATEHOUSE_RATE_LIMIT) is wrong: expected a whole number from 0 to 1000000, found "many"',
    'gatherMax (--gather-max) is wrong: expected a whole number from 1 to 1024, found "0"',
  ]);
});

t.test('a flag of true or false may stand alone, or have its value after it', async (t) => {
  const sealed = async (...args: string[]) =>
    (await gatehouse(t, ['config', ...args])).out.match(/sealedSender: (\w+)/)?.[1];
  t.equal(await sealed('--sealed-sender'), 'true');
  t.equal(await sealed('--sealed-sender', 'true'), 'true');
  t.equal(await sealed('--sealed-sender', 'false'), 'false');
  t.equal(await sealed('--sealed-sender=false', '--port', '0'), 'false');
  const { err } = await gatehouse(t, ['config', '--sealed-sender', 'maybe']);
  t.match(err, 'unexpected argument 1: a value with spaces needs quotes');
});

t.test('no part of a secret on the command line is in an error', async (t) => {
  const part = 'xyzzyplugs';
  for (const args of [
    ['--admin-token', 'one', part],
    ['--admin-token', `--${part}`],
    ['--admin-token', `-${part}`],
    [`--admin-token:${part}`],
    [`--adminToken=${part}`],
    [`--admin-token=${part}`],
    [`-t${part}`],
    ['--', part],
    [`--${part}-1`],
  ]) {
    const { err, code } = await gatehouse(t, ['config', ...args]);
    t.equal(code, 2, args.join(' '));
    t.notMatch(err, part, args.join(' '));
  }
});

t.test('what keeps the server from its start is told in one line, with what to change', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const args = ['--plugins=.', '--enabled=,', '--admin-port=0', '--log-level=silent'];
  const cases: readonly (readonly [more: readonly string[], told: RegExp])[] = [
    [[`--port=${port}`], /^port \d+ of 127\.0\.0\.1 \(settings address and port\) .+another process listens there/],
    [['--port=0', `--admin-port=${port}`], /^port \d+ of .+ \(settings adminAddress and adminPort\) /],
    [['--port=0', '--plugins=nowhere'], /^plugins: the folder .+nowhere cannot be read/],
  ];
  for (const [more, told] of cases) {
    const { err, code } = await gatehouse(t, [...args, ...more]);
    t.equal(code, 1);
    const lines = err.trimEnd().split('\n');
    t.equal(lines.length, 1, err);
    t.match(lines[0]?.replace('gatehouse: ', ''), told);
  }
});

t.test('two settings files with usual names are one too many', async (t) => {
  const { err, code } = await gatehouse(t, ['config'], { files: { 'gatehouse.yaml': '', 'gatehouse.json': '{}' } });
  t.equal(code, 2);
  t.equal(err, 'gatehouse: there are gatehouse.yaml and gatehouse.json: name the one that counts with --config\n');
});

t.test('a word that is no command is answered with the one that is most like it', async (t) => {
  const { err, code } = await gatehouse(t, ['confg']);
  t.equal(code, 2);
  t.match(err, /^gatehouse: there is no command "confg", did you mean "config"\?$/m);
  const more = await gatehouse(t, ['config', 'all']);
  t.equal(more.code, 2);
  t.match(more.err, 'unexpected argument 1');
});

t.test('it says its version, what it can do, and for each command how', async (t) => {
  const [version, help, ofStart, ofConfig] = await Promise.all([
    gatehouse(t, ['--version']),
    gatehouse(t, ['--help', '--nonsense']),
    gatehouse(t, ['start', '-h']),
    gatehouse(t, ['config', '--help']),
  ]);
  t.match(version, { out: /^\d+\.\d+\.\d+\n$/, code: 0 });
  t.match(help, { out: /Usage: gatehouse \[COMMAND\] \[FLAGS\]\n[\s\S]*\n {2}config +Shows/, code: 0, err: '' });
  t.match(ofStart.out, /--max-wait-ms +Longest time [^\n]+\(60000\)\n/);
  t.notMatch(ofStart.out, '--json');
  t.match(ofConfig.out, /--json +Answer in JSON\n/);
});

t.test('`backup` copies the data folder of a server that runs, and a server starts on the copy', async (t) => {
  const folder = await tempFolder(t);
  const settings = { plugins: [], enabled: [], port: 0, adminPort: 0, logLevel: 'silent' } as const;
  const server = await startServer({ ...settings, dataFolder: join(folder, 'data') });
  t.teardown(() => server.close());
  const copy = join(folder, 'copy');
  const args = ['backup', copy, '--data-folder', join(folder, 'data')];
  const { code, err } = await gatehouse(t, args);
  t.equal(code, 0, err);
  const again = await startServer({ ...settings, dataFolder: copy });
  t.teardown(() => again.close());
  t.equal(again.adminToken, server.adminToken);
  const second = await gatehouse(t, args);
  t.match(second, { code: 1, err: /^gatehouse: there is no backup of .+ is not empty: [^\n]+\n$/ });
  t.match(await gatehouse(t, ['backup']), { code: 2, err: 'gatehouse: DIR is missing\n' });
});

t.test('a file that --config names goes before the one in the working directory', async (t) => {
  const other = join(await tempFolder(t, { 'x.json': '{"port":2}' }), 'x.json');
  const { out } = await gatehouse(t, ['config', '--config', other], { files: { 'gatehouse.yaml': 'port: 1' } });
  t.match(out, `port: 2`);
});
