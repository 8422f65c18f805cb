// What a plugin does that was not granted is refused with an error that says how it would be; the host is unharmed.

import { fileURLToPath } from 'node:url';
import t from 'tap';
import { message } from '../support/events.js';
import { openHost } from '../support/open-host.js';
import { tryMisdeed } from '../support/try-misdeed.js';

const elsewhere = fileURLToPath(new URL('../../package.json', import.meta.url));
const ofHost = fileURLToPath(import.meta.url);
const noPlugin = /PermissionRefused: no plugin may /;
const wayTo = (permission: string) => new RegExp(`may not .+ takes the permission "${permission}".+"grants": `);

const refused: readonly (readonly [title: string, plugin: string, config: object, thrown: RegExp])[] = [
  ['ends the process with a signal', 'kills-its-process', {}, noPlugin],
  ['does so by an imported name', 'kills-its-process', { imported: true }, noPlugin],
  ['reads a file outside of its folder', 'reads-outside-its-folder', { outside: elsewhere }, wayTo('read')],
  ['reads the code of the server', 'reads-outside-its-folder', { outside: ofHost, way: 'promised' }, wayTo('read')],
  ['reads with a callback', 'reads-outside-its-folder', { outside: elsewhere, way: 'called' }, wayTo('read')],
  ['requires what lies elsewhere', 'reads-outside-its-folder', { outside: elsewhere, way: 'required' }, wayTo('read')],
  ['imports what lies elsewhere', 'reads-outside-its-folder', { outside: ofHost, way: 'imported' }, wayTo('read')],
  ['writes a file', 'writes-outside-its-folder', { outside: elsewhere }, wayTo('data')],
  ['starts a process', 'starts-a-process', {}, wayTo('childProcesses')],
  ['loads native code', 'loads-an-addon', { addon: './addon.node' }, wayTo('addons')],
  ["sets V8's flags", 'sets-v8-flags', {}, noPlugin],
  ['searches the heap', 'searches-the-heap', {}, noPlugin],
  ['opens the inspector', 'opens-the-inspector', {}, /no plugin may use the inspector/],
  ['starts a thread', 'nests-a-thread', {}, wayTo('workerThreads')],
  ['connects to somebody', 'uses-the-network', { way: 'connect', port: 1 }, wayTo('network')],
  ['asks a web server', 'uses-the-network', { way: 'http', port: 1 }, wayTo('network')],
  ['asks a web server safely', 'uses-the-network', { way: 'tls', port: 1 }, wayTo('network')],
  ['fetches', 'uses-the-network', { way: 'fetch', port: 1 }, wayTo('network')],
  ['listens', 'uses-the-network', { way: 'listen' }, wayTo('network')],
  ['sends a datagram', 'uses-the-network', { way: 'datagram', port: 1 }, wayTo('network')],
  ['looks a name up', 'uses-the-network', { way: 'lookup' }, wayTo('network')],
  ['looks a name up by a promise', 'uses-the-network', { way: 'resolve' }, wayTo('network')],
  ["uses Node's bindings", 'misuses-internal-bindings', { binding: 'binding' }, noPlugin],
  ["uses Node's linked bindings", 'misuses-internal-bindings', { binding: '_linkedBinding' }, noPlugin],
  ['raises its priority', 'raises-its-priority', {}, noPlugin],
  ['renames the process', 'changes-the-process', { setting: 'title' }, noPlugin],
  ['has reports written', 'changes-the-process', { setting: 'report' }, noPlugin],
  ['uses WASI', 'uses-wasi', {}, wayTo('wasi')],
];

for (const [title, plugin, config, thrown] of refused) {
  t.test(`a plugin that ${title} is told that it may not, and how it might; it lives on`, async (t) => {
    const tried = await tryMisdeed(t, plugin, { config });
    t.match(tried.decision, { action: 'defer', plugin, cause: 'threw' });
    t.match(tried.thrown, thrown);
    t.same(tried.host.onMessageEnqueue(message(0)), { action: 'continue' });
    t.match(await tried.host.get(plugin), { state: 'ready', isolation: 'hardened-thread', counters: { crashes: 0 } });
  });
}

t.test('a plugin can use no descriptor that it did not open', async (t) => {
  const { decision, thrown, host } = await tryMisdeed(t, 'closes-foreign-descriptors');
  t.match(decision, { action: 'defer', cause: 'threw' }, 'it could use none');
  t.match(thrown, /PermissionRefused: no plugin may use the file descriptor 0.+print with console/);
  t.same(host.onMessageEnqueue(message(0)), { action: 'continue' });
});

t.test('a plugin can use the descriptors that it opened, in whichever way', async (t) => {
  const { decision } = await tryMisdeed(t, 'uses-its-own-descriptors');
  t.match(decision, { action: 'reject', reason: '2 ////////' });
});

t.test('a plugin sees nothing of the environment', async (t) => {
  process.env.GATEHOUSE_TEST_SECRET = 'secret';
  const { decision } = await tryMisdeed(t, 'reads-the-environment');
  t.match(decision, { action: 'reject', reason: 'refused: it came to nothing' });
});

t.test('a plugin cannot open a database elsewhere, though SQLite would', async (t) => {
  const { decision, thrown } = await tryMisdeed(t, 'opens-a-database', { config: { file: `${elsewhere}.sqlite` } });
  if (decision.action === 'reject') t.equal(decision.reason, 'done: found no databases');
  else t.match(thrown, wayTo('data'));
});

t.test('a plugin that catches a refusal reads how to be granted it', async (t) => {
  const { log } = await tryMisdeed(t, 'reads-outside-its-folder', { config: { outside: elsewhere } });
  const [line] = await log.until('caught');
  const grant = JSON.stringify({ 'reads-outside-its-folder': { read: [elsewhere] } });
  t.match(String(line!.fields?.caught), `"grants": ${grant}`);
});

t.test('a plugin cannot read the folder that the server was started in', async (t) => {
  const { thrown } = await tryMisdeed(t, 'reads-outside-its-folder', {
    config: { outside: `${process.cwd()}/package.json` },
  });
  t.match(thrown, wayTo('read'));
});

for (const isolation of ['thread', 'hardened-thread', 'process'] as const) {
  t.test(
    `a plugin in a ${isolation} that uses what it was not granted is told at its use what that takes`,
    async (t) => {
      const permissions = { data: true, env: ['ZONE'] };
      const config = { defaults: { needsFolder: true } };
      const { host, log } = await openHost(
        t,
        { 'uses-what-is-absent': { permissions, isolation, config } },
        { enabled: [], isolation: { 'uses-what-is-absent': isolation } },
      );
      const ungranted = (permission: string) =>
        `its manifest asks for the permission "${permission}", which the operator`;
      await t.rejects(host.enable('uses-what-is-absent'), {
        message: new RegExp(`"path" argument .+; context.dataFolder is undefined: .+${ungranted('data')}`),
      });
      t.match(await log.until(/^ZONE is undefined: .+ may not read the variable ZONE/), [
        { msg: ungranted('env'), level: 40 },
      ]);
      t.match(await log.until(/^TOKEN is undefined: /), [{ msg: /for which its manifest has to ask/, level: 30 }]);
      t.match(await log.until(/^context.dataFolder is undefined: .+ may not keep files/), [{ msg: ungranted('data') }]);
      t.match(log.of('read'), [{ fields: { zone: 'undefined', token: 'undefined', own: 'own again' } }]);
      t.same(log.of(/^OWN is/), []);
    },
  );
}
