// Settings from the environment.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultSettings, readSettings, settingTable } from '@gatehouse/server';
import { unknownSettings } from '@gatehouse/server/internal/settings';
import t from 'tap';
import { tempFolder } from '../host/temp-folder.js';

t.test('an empty environment gives the defaults, on loopback', async (t) => {
  t.strictSame(readSettings({}), defaultSettings);
  t.strictSame(readSettings({ GATEHOUSE_PORT: '', PATH: 'x' }), defaultSettings);
  t.match(defaultSettings, { address: '127.0.0.1', adminAddress: '127.0.0.1', sealedSender: false });
});

t.test('each kind of value is read', async (t) => {
  const read = readSettings({
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

t.test('configuration, policies and grants of plugins may stand in a file', async (t) => {
  const file = join(await tempFolder(t), 'plugins.json');
  await writeFile(file, '{"one":{"max":2}}');
  t.strictSame(readSettings({ GATEHOUSE_PLUGIN_CONFIG: file }).pluginConfig, { one: { max: 2 } });
  await writeFile(file, '{"one":"reject","two":{"timed-out":"continue"}}');
  t.strictSame(readSettings({ GATEHOUSE_POLICIES: file }).policies, {
    one: 'reject',
    two: { 'timed-out': 'continue' },
  });
  t.strictSame(readSettings({ GATEHOUSE_POLICIES: '{"one":"defer"}' }).policies, { one: 'defer' });
  t.strictSame(readSettings({ GATEHOUSE_GRANTS: '{"one":"as-asked"}' }).grants, { one: 'as-asked' });
});

t.test('all that is wrong is named at once, with what was expected', async (t) => {
  const wrong = {
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
  const error = await Promise.resolve()
    .then(() => readSettings(wrong))
    .catch((error) => error);
  t.equal(error.name, 'SettingsError');
  for (const [name, value] of Object.entries(wrong)) t.match(error.message, `${name} is wrong: expected `, value);
  t.match(error.message, 'GATEHOUSE_PORT is wrong: expected a whole number from 0 to 65535, found "70000"');
});

t.test('a secret is not shown, also when it is wrong', async (t) => {
  t.throws(() => readSettings({ GATEHOUSE_ADMIN_TOKEN: 'too short' }), {
    message: 'GATEHOUSE_ADMIN_TOKEN is wrong: expected at least 16 characters without spaces',
  });
});

t.test('a name that looks like a setting and is none is found', async (t) => {
  t.strictSame(unknownSettings({ GATEHOUSE_PROT: '1', GATEHOUSE_PORT: '1', PORT: '1' }), ['GATEHOUSE_PROT']);
});

t.test('no two settings share a name in the environment', async (t) => {
  const names = Object.values(settingTable).map(({ env }) => env);
  t.equal(new Set(names).size, names.length);
});
