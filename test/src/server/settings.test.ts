// Settings: what is read from a file, the environment and flags, and what is said of what is wrong.

import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  hostOptionRows,
  type NumberKind,
  type OptionGroup,
  type OptionRow,
  type RowWithDefault,
} from '@gatehouse/host';
import { defaultSettings, readSettings, SettingsError, settingTable, variableOf } from '@gatehouse/server';
import { readCommandLine } from '@gatehouse/server/internal/cli/command-line';
import { hostOptionsOf } from '@gatehouse/server/internal/config/host-options-of';
import { settingsAsMarkdown } from '@gatehouse/server/internal/config/markdown';
import { flagOf } from '@gatehouse/server/internal/config/names';
import { settingRows } from '@gatehouse/server/internal/config/settings';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const ofEnvironment = (env: Record<string, string>) => readSettings({ env }).settings;

/** The path of a settings file with this text. */
async function settingsFile(t: Test, text: string, name = 'gatehouse.yaml'): Promise<string> {
  return join(await tempFolder(t, { [name]: text }), name);
}

/** The lines that are said of what is wrong. */
function complaints(sources: Parameters<typeof readSettings>[0]): string[] {
  try {
    readSettings(sources);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  return [];
}

t.test('an empty environment gives the defaults, on loopback', async (t) => {
  t.strictSame(ofEnvironment({}), defaultSettings);
  t.strictSame(ofEnvironment({ GATEHOUSE_PORT: '', PATH: 'x' }), defaultSettings);
  t.match(defaultSettings, { address: '127.0.0.1', adminAddress: '127.0.0.1', sealedSender: false });
});

t.test('a list or a map that is given as nothing is empty, and anything else counts as not set', async (t) => {
  for (const [name, { kind, default: usual }] of settingRows) {
    const value = ofEnvironment({ [variableOf(name)]: '' })[name];
    t.strictSame(value, kind.takesEmpty ? (Array.isArray(usual) ? [] : {}) : usual, name);
    const flags = [[`--${flagOf(name)}`, ''], [`--${flagOf(name)}=`]].map((args) => readCommandLine(args).flags);
    for (const { given, complaints } of flags) {
      if (kind.takesEmpty) t.match([given, complaints], [[{ name, value: '' }], []]);
      else t.equal(complaints.length, 1, name);
    }
  }
  const taking = settingRows.filter(([, { kind }]) => kind.takesEmpty).map(([name]) => name);
  t.strictSame(taking, ['plugins', 'enabled', 'pluginConfig', 'policies', 'grants', 'isolation']);
  t.equal(readCommandLine(['--enabled']).flags.complaints.length, 1, 'a flag without any value lacks one');
});

t.test('each kind of value is read from text', async (t) => {
  const read = ofEnvironment({
    GATEHOUSE_PORT: '0',
    GATEHOUSE_ADDRESS: '::1',
    GATEHOUSE_SEALED_SENDER: 'true',
    GATEHOUSE_ENABLED: 'one, two,',
    GATEHOUSE_PLUGIN_CONFIG: '{"one":{"max":1}}',
    GATEHOUSE_LOG_LEVEL: 'warn',
    GATEHOUSE_CHAIN: 'parallel',
    GATEHOUSE_WAIT: '30',
    GATEHOUSE_RING_BYTES: '65536',
  });
  t.match(read, {
    chain: 'parallel',
    wait: { spinUs: 30 },
    ringBytes: 65536,
    port: 0,
    address: '::1',
    sealedSender: true,
    enabled: ['one', 'two'],
    pluginConfig: { one: { max: 1 } },
    logLevel: 'warn',
  });
});

t.test('a file has numbers, lists and maps as they are, and takes texts as the environment does', async (t) => {
  const file = await settingsFile(
    t,
    `# of the gate
port: 0
gatherMax: "8"
sealedSender: true
enabled: [one, two]
plugins:
  - ./mine
pluginConfig: { one: { max: 1 } }
policies:
  one: reject
  two: { timed-out: continue }
grants: '{"one":"as-asked"}'
wait: 30
address:
`,
  );
  const { settings, origins } = readSettings({ file });
  t.match(settings, {
    port: 0,
    gatherMax: 8,
    sealedSender: true,
    enabled: ['one', 'two'],
    plugins: ['./mine'],
    pluginConfig: { one: { max: 1 } },
    policies: { one: 'reject', two: { 'timed-out': 'continue' } },
    grants: { one: 'as-asked' },
    wait: { spinUs: 30 },
    address: defaultSettings.address,
  });
  t.strictSame(origins.port, { source: 'file', place: `${file}:2` });
});

t.test('a file may be JSON, and the environment can name it', async (t) => {
  const file = await settingsFile(t, '{\n  "port": 1,\n  "wait": { "spinUs": 7 }\n}', 'settings.json');
  const { settings } = readSettings({ env: { GATEHOUSE_CONFIG: file } });
  t.match(settings, { port: 1, wait: { spinUs: 7 } });
});

t.test('trusted proxies are a number, or addresses and networks, and what is neither is named', async (t) => {
  const read = (value: string) => ofEnvironment({ GATEHOUSE_TRUST_PROXY: value }).trustProxy;
  t.strictSame([read('1'), read('10.0.0.0/8, ::1')], [1, ['10.0.0.0/8', '::1']]);
  const file = await settingsFile(t, 'trustProxy: [192.0.2.1, fd00::/8]');
  t.strictSame(readSettings({ file }).settings.trustProxy, ['192.0.2.1', 'fd00::/8']);
  for (const [value, why] of [
    ['10.0.0.0/33', '"10.0.0.0/33" is neither an IP address nor a network such as 10.0.0.0/8'],
    ['::1, proxy.example', '"proxy.example" is neither an IP address nor a network such as 10.0.0.0/8'],
    ['0.0.0.0/0', '"0.0.0.0/0" are all addresses: any client could then claim to be any other'],
    ['17', 'expected a number of proxies from 0 to 16'],
    ['true', '"true" is neither'],
  ] as const) {
    const [complaint = '', ...more] = complaints({ env: { GATEHOUSE_TRUST_PROXY: value } });
    t.ok(
      complaint.startsWith('trustProxy (GATEHOUSE_TRUST_PROXY) is wrong: expected') && complaint.includes(why),
      complaint,
    );
    t.strictSame(more, []);
  }
  const wrong = await settingsFile(t, 'trustProxy: [10.0.0.0/33]');
  t.match(complaints({ file: wrong }), [/trustProxy .*"10.0.0.0\/33" is neither an IP address nor a network/]);
});

t.test('flags go before the environment, that before the file, that before the defaults', async (t) => {
  const file = await settingsFile(t, 'port: 1\nadminPort: 1\ngatherMax: 1');
  const env = { GATEHOUSE_PORT: '2', GATEHOUSE_ADMIN_PORT: '2' };
  const flag = { name: 'port', origin: { source: 'flag', place: '--port' }, value: '3' } as const;
  const { settings, origins } = readSettings({ file, env, flags: { given: [flag], complaints: [] } });
  t.match(settings, { port: 3, adminPort: 2, gatherMax: 1, budgetMs: defaultSettings.budgetMs });
  t.strictSame(origins, {
    port: { source: 'flag', place: '--port' },
    adminPort: { source: 'environment', place: 'GATEHOUSE_ADMIN_PORT' },
    gatherMax: { source: 'file', place: `${file}:3` },
  });
});

t.test('configuration, policies and grants of plugins may stand in a file of their own', async (t) => {
  const file = join(await tempFolder(t), 'plugins.json');
  await writeFile(file, '{"one":{"max":2}}');
  t.strictSame(ofEnvironment({ GATEHOUSE_PLUGIN_CONFIG: file }).pluginConfig, { one: { max: 2 } });
  await writeFile(file, '{"one":"reject","two":{"timed-out":"continue"}}');
  t.strictSame(ofEnvironment({ GATEHOUSE_POLICIES: file }).policies, {
    one: 'reject',
    two: { 'timed-out': 'continue' },
  });
  t.strictSame(ofEnvironment({ GATEHOUSE_GRANTS: '{"one":"as-asked"}' }).grants, { one: 'as-asked' });
});

t.test('all that is wrong is named at once, with its place and what was expected', async (t) => {
  const env = {
    GATEHOUSE_PORT: '70000',
    GATEHOUSE_ADDRESS: 'somewhere',
    GATEHOUSE_SEALED_SENDER: 'perhaps',
    GATEHOUSE_GATHER_MAX: '1e3',
    GATEHOUSE_WAIT: '5000',
    GATEHOUSE_RING_BYTES: '70000',
    GATEHOUSE_LOG_LEVEL: 'loud',
    GATEHOUSE_PLUGIN_CONFIG: '{"one":',
    GATEHOUSE_POLICIES: 'continue',
  };
  const file = await settingsFile(t, 'port: 1.5\n__proto__: {}\nlogLevle: info\nplugins: { one: two }\nenabled: [1]');
  const found = complaints({ file, env });
  for (const [name, value] of Object.entries(env)) {
    t.ok(
      found.some((line) => line.includes(`(${name}) is wrong: expected `)),
      `${name}=${value}`,
    );
  }
  t.match(found, [
    `${file}:2: unknown setting "__proto__"`,
    `${file}:3: unknown setting "logLevle", did you mean "logLevel"?`,
    `port (${file}:1) is wrong: expected a whole number from 0 to 65535, found 1.5`,
    `plugins (${file}:4) is wrong: expected a list of folders (in one text: separated by ":"), found a map`,
    `enabled (${file}:5) is wrong: expected a list of plugin names (in one text: separated by ","), found a list`,
    'address (GATEHOUSE_ADDRESS) is wrong: expected an IP address or localhost, found "somewhere"',
  ]);
  t.equal(found.length, 5 + Object.keys(env).length);
});

t.test('what is wrong inside of a map by plugin is named with the plugin', async (t) => {
  const file = await settingsFile(
    t,
    `policies: { one: perhaps, two: { timed-uot: continue } }
grants: { three: { netwrok: true } }
isolation: { four: jail, five: process }
pluginConfig: { six: s3cret }`,
  );
  const found = complaints({ file });
  t.match(found, [
    `policies (${file}:1) is wrong: policies.one: expected continue, reject, defer`,
    `policies (${file}:1) is wrong: policies.two.timed-uot: unknown key, did you mean "timed-out"?`,
    `grants (${file}:2) is wrong: grants.three.netwrok: `,
  ]);
  t.strictSame(found.slice(-2), [
    `isolation (${file}:3) is wrong: isolation.four: expected one of thread, hardened-thread, process, got a text`,
    `pluginConfig (${file}:4) is wrong: pluginConfig.six: expected an object`,
  ]);
});

t.test('a file that cannot be read as settings is refused with its line and with what to do', async (t) => {
  const missing = join(await tempFolder(t), 'none.yaml');
  t.strictSame(complaints({ file: missing }), [
    `the settings file ${missing} does not exist (ENOENT): create it, or correct --config or GATEHOUSE_CONFIG`,
  ]);
  const folder = await tempFolder(t);
  t.strictSame(complaints({ file: folder }), [
    `the settings file ${folder} cannot be read (EISDIR): it is a folder; name a file`,
  ]);
  const list = await settingsFile(t, '- port');
  t.strictSame(complaints({ file: list }), [`${list}: expected a map of settings, as in "port: 7700"`]);
  const twice = await settingsFile(t, 'port: 1\nport: 2\n');
  t.strictSame(complaints({ file: twice }), [`${twice}:2: duplicate key: keep one of them`]);
  const broken = await settingsFile(t, 'port: 1\nenabled: [one\n');
  t.match(complaints({ file: broken })[0], `${broken}:`);
  t.strictSame(readSettings({ file: await settingsFile(t, '# nothing yet\n') }).settings, defaultSettings);
});

t.test(
  'a byte order mark in front of a file is read over, one inside and UTF-16 are refused with a sentence',
  async (t) => {
    t.equal(readSettings({ file: await settingsFile(t, '\uFEFFport: 1\n') }).settings.port, 1);
    const inside = await settingsFile(t, 'port: 1\n\uFEFFadminPort: 2\n');
    t.strictSame(complaints({ file: inside }), [
      `${inside}:2: a byte order mark (BOM) inside of the file: remove that invisible character`,
    ]);
    const utf16 = await settingsFile(t, '');
    await writeFile(utf16, '\uFEFFport: 1\n', 'utf16le');
    t.strictSame(complaints({ file: utf16 }), [`${utf16}: it is not UTF-8 (UTF-16, perhaps): save it as UTF-8`]);
    const grants = await settingsFile(t, '\uFEFF{"one":"as-asked"}', 'grants.json');
    t.strictSame(ofEnvironment({ GATEHOUSE_GRANTS: grants }).grants, { one: 'as-asked' });
  },
);

t.test('a trailing comma is taken inside of brackets, and refused with a sentence behind a value', async (t) => {
  const json = await settingsFile(t, '{ "port": 1, "enabled": ["one",], }', 'gatehouse.json');
  t.match(readSettings({ file: json }).settings, { port: 1, enabled: ['one'] });
  t.strictSame(ofEnvironment({ GATEHOUSE_GRANTS: '{"one":"as-asked",}' }).grants, { one: 'as-asked' });
  const yaml = await settingsFile(t, `port: 1,\nadminToken: ${hidden},\n`);
  const sentence = 'a trailing comma: remove it, or put the text in single quotes if the comma belongs to it';
  t.strictSame(complaints({ file: yaml }), [`${yaml}:1: ${sentence}`, `${yaml}:2: ${sentence}`]);
  const quoted = await settingsFile(t, `adminToken: '${hidden},'\n`);
  t.equal(readSettings({ file: quoted }).settings.adminToken, `${hidden},`);
});

const hidden = 'xyzzy-plugh-plover-fee-fie-foe';

t.test('no value of a settings file is in an error, however the file is broken', async (t) => {
  const broken = [
    `adminToken: *${hidden}`,
    `adminToken: &${hidden}`,
    `adminToken: !${hidden}`,
    `adminToken: !${hidden} x`,
    `adminToken: !<${hidden}> x`,
    `adminToken: !!int ${hidden}`,
    `adminToken: &a &${hidden} x`,
    `adminToken: *${hidden} &a`,
    `adminToken: @${hidden}`,
    `adminToken: \`${hidden}`,
    `adminToken: %${hidden}`,
    `adminToken: "${hidden}`,
    `adminToken: '${hidden}`,
    `adminToken: "\\q${hidden}"`,
    `adminToken: "${hidden}" ${hidden}`,
    `adminToken: > ${hidden}`,
    `adminToken: [${hidden}`,
    `adminToken: [${hidden}]`,
    `adminToken: {${hidden}}`,
    `adminToken: {${hidden}: 1}`,
    `adminToken: a: ${hidden}`,
    `adminToken: ${hidden}\nadminToken: ${hidden}2`,
    `adminToken: |\n\t${hidden}`,
    `adminToken: "${hidden} ${hidden}"`,
    `adminToken:${hidden}`,
    `port: 1\nadminToken:${hidden}`,
    `port: 1\nadminToken=${hidden}`,
    `port: 1\n  adminToken: ${hidden}`,
    `port:\n  adminToken: ${hidden}`,
    `enabled:\n  adminToken: ${hidden}`,
    `enabled: [{ adminToken: ${hidden} }]`,
    `dataFolder: { adminToken: ${hidden} }`,
    `policies:\n  adminToken: ${hidden}`,
    `policies: ${hidden}`,
    `policies: { one: { timed-out: ${hidden} } }`,
    `grants:\n  adminToken: ${hidden}`,
    `grants: { one: { network: ${hidden} } }`,
    `isolation:\n  adminToken: ${hidden}`,
    `pluginConfig: ${hidden}`,
    `pluginConfig: { one: ${hidden} }`,
    `{adminToken:${hidden}}`,
    `{"adminToken": "${hidden}" "port": 1}`,
    `{"adminToken": "${hidden}",, "port": 1}`,
    `? ${hidden}`,
    `? ${hidden}\n: 1`,
    `? { adminToken: ${hidden} }\n: 1`,
    `*${hidden} : 1`,
    `%YAML ${hidden}\n---\nport: 1`,
    `port: 1\n---\nadminToken: ${hidden}`,
    hidden,
    `- ${hidden}`,
    `adminTokn:\n  - ${hidden}`,
    `a: &a [${hidden}, ${hidden}]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c]`,
  ];
  for (const text of broken) {
    const found = complaints({ file: await settingsFile(t, text) });
    t.ok(found.length > 0, text);
    t.notMatch(found.join('\n'), hidden, text);
  }
});

t.test('no value of a variable or a flag is in an error, unless its kind says that it is no secret', async (t) => {
  const origin = { source: 'flag', place: '--it' } as const;
  for (const name of Object.keys(settingTable) as (keyof typeof settingTable)[]) {
    const isQuotable = (settingTable[name] as { kind: { isQuotable?: true } }).kind.isQuotable === true;
    for (const value of [hidden, `{ "one": "${hidden}" `, `{"one":{"timed-out":"${hidden}"}}`, ` ${hidden}`]) {
      const found = complaints({ flags: { given: [{ name, origin, value }], complaints: [] } }).join('\n');
      if (!isQuotable) t.notMatch(found, hidden, `${name} ${value}`);
    }
  }
  t.strictSame(complaints({ env: { GATEHOUSE_POLICIES: `/nowhere/${hidden}` } }), [
    'policies (GATEHOUSE_POLICIES) is wrong: expected a map with a policy for each plugin (in one text: as JSON, or ' +
      'the path of a JSON file): it is neither JSON that begins with { nor the path of a file that can be read (ENOENT)',
  ]);
});

t.test('a token that is a number is refused with a hint to quote it', async (t) => {
  const file = await settingsFile(t, 'adminToken: 12345678901234567890');
  t.strictSame(complaints({ file }), [
    `adminToken (${file}:1) is wrong: expected at least 16 characters without spaces, found a number (put it in quotes)`,
  ]);
});

t.test('a secret is not shown, also when it is wrong', async (t) => {
  t.strictSame(complaints({ env: { GATEHOUSE_ADMIN_TOKEN: 'too short' } }), [
    'adminToken (GATEHOUSE_ADMIN_TOKEN) is wrong: expected at least 16 characters without spaces',
  ]);
  const file = await settingsFile(t, 'adminToken: 12345678901234567890\npluginConfig: { one: s3cret }');
  t.notMatch(complaints({ file }).join('\n'), /123|s3cret/);
});

t.test('a variable that looks like a setting and is none is warned of', async (t) => {
  const { warnings } = readSettings({
    env: { GATEHOUSE_PROT: '1', GATEHOUSE_CONFIG: '', GATEHOUSE_PORT: '1', PORT: '1' },
  });
  t.strictSame(warnings, ['GATEHOUSE_PROT is ignored: it is no setting, did you mean "GATEHOUSE_PORT"?']);
});

/** The settings that are options of the host, and those that have another default than it. */
const hostSettings = settingRows.flatMap(([name, row]) =>
  row.option === undefined ? [] : [{ name, row, option: row.option }],
);
const otherDefaults = ['plugins', 'enabled'];

t.test('a setting that is an option of the host has its row: kind, default and text', async (t) => {
  for (const { name, row, option } of hostSettings) {
    t.ok(row.about.startsWith(option.about), name);
    if (!otherDefaults.includes(name)) t.equal(row.default, (option as RowWithDefault<unknown>).default, name);
    const { min, max, expected } = option.kind as NumberKind;
    if (min === undefined) continue;
    t.equal(row.kind.expected, expected, name);
    for (const end of [min, max]) t.equal(row.kind.parse(`${end}`), end, `${name}: ${end}`);
    for (const beyond of [min - 1, max + 1]) t.equal(row.kind.parse(`${beyond}`), undefined, `${name}: ${beyond}`);
  }
});

t.test('settings that contradict each other, and a token that others may read, are warned of', async (t) => {
  const folder = await tempFolder(t, { 'gatehouse.yaml': 'adminToken: 0123456789abcdef\ndrainSeconds: 60\n' });
  const file = join(folder, 'gatehouse.yaml');
  await chmod(file, 0o644);
  const warned = () => readSettings({ file, env: { GATEHOUSE_MESSAGE_TTL_DAYS: '100' } }).warnings;
  const pairs = [
    /^messageTtlDays \(100\) is above messageTtlMaxDays \(90\)/,
    /^drainSeconds \(60\) is above shutdownSeconds \(15\)/,
  ];
  t.match(warned(), [
    ...pairs,
    /^adminToken \(.*gatehouse\.yaml:1\) may be read by others: give .*gatehouse\.yaml the mode 600$/,
  ]);
  await chmod(file, 0o600);
  t.match(warned(), pairs);
  t.equal(warned().length, 2);
});

t.test('every option of the host is a setting, but for the seven that the server sets itself', async (t) => {
  const set = hostSettings.map(({ option }) => option as unknown);
  const left = Object.entries<OptionRow<unknown> | OptionGroup>(hostOptionRows).flatMap(([name, entry]) => {
    const rows = 'rows' in entry ? Object.values(entry.rows) : [entry];
    return rows.every((row) => set.includes(row)) ? [] : [name];
  });
  t.strictSame(left, ['hooks', 'stateFile', 'takeOver', 'enabledIfFound', 'pluginData', 'strict', 'logger']);
});

t.test(
  'every setting of a host option reaches the host, and one with the default of the host is left to it',
  async (t) => {
    const options = Object.entries(settingTable).filter(([, row]) => 'option' in row);
    for (const [name] of options) {
      const chosen = Object('chosen');
      const { plugins: _, enabled: __, ...others } = hostOptionsOf({ ...defaultSettings, [name]: chosen });
      const isKeyed = name === 'plugins' || name === 'enabled';
      const reached = isKeyed ? { _, __ } : others;
      const values = Object.values(reached).flatMap((value) => [value, ...Object.values(Object(value))]);
      t.ok(values.includes(chosen), name);
    }
    t.strictSame(Object.keys(hostOptionsOf(defaultSettings)).sort(), ['enabled', 'plugins']);
  },
);

t.test('a wait of the wrong length in a file is named by its part', async (t) => {
  const file = await settingsFile(t, 'wait: { spinUs: 5000 }');
  t.strictSame(complaints({ file }), [
    `wait (${file}:1) is wrong: wait.spinUs: expected a whole number from 0 to 2000 (µs), got 5000`,
  ]);
});

t.test('variables and flags are made from the keys, and no two settings share one', async (t) => {
  t.equal(variableOf('maxWaitMs'), 'GATEHOUSE_MAX_WAIT_MS');
  t.equal(flagOf('maxWaitMs'), 'max-wait-ms');
  const names = Object.keys(settingTable).map(flagOf);
  t.equal(new Set(names).size, names.length);
});

t.test('the documentation has the table as it is; `npm run docs` writes it', async (t) => {
  const file = new URL('../../../docs/settings.md', import.meta.url);
  t.ok((await readFile(file, 'utf8')).includes(settingsAsMarkdown()));
});
