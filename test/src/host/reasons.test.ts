// What an operator is told of a session that ended: what happened, where, and what it had in hand.

import { Worker } from 'node:worker_threads';
import t from 'tap';
import { login, message } from '../support/events.js';
import { misbehave, provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

/** Whether this Node can look into a thread of another, whatever flags that was started with. */
const looksIntoThreads = 'startCpuProfile' in Worker.prototype;

t.test('a crash is told with the error, its place, and the message in hand', async (t) => {
  const crashes = { fixture: 'throws-in-a-timer', config: { defaults: { unanswered: true } } };
  const { host, is } = await openHost(t, { crashes });
  const inHand = provoking(message(1003, 5, 77n));
  host.askAll('onMessageEnqueue', [message(1), inHand]);
  const { reason } = await is('crashes', 'restarting');
  t.match(reason, /in a timer \(at .*crashes\/index\.mjs:\d+:\d+\); it had onMessageEnqueue with /);
  const channelId = Buffer.from(inHand.channelId).toString('hex');
  t.match(
    reason,
    new RegExp(`recipientKey=00000005…[0-9a-f]{4}, channelId=${channelId}, payloadLen=1003, seq=77 in hand$`),
  );
});

t.test('an exit is told with its code, and no place that is not the plugin’s', async (t) => {
  const crashes = { fixture: 'exits-in-gate', config: { defaults: { code: 3 } } };
  const { host, is } = await openHost(t, { crashes });
  host.onMessageEnqueue(provoking());
  t.match((await is('crashes', 'restarting')).reason, /worker exited with code: 3; it had onMessageEnqueue with /);
});

t.test('a crash in an observer is told with the hook', async (t) => {
  const { host, is } = await openHost(t, { 'exits-in-observer': {} });
  host.onAuth(login(misbehave));
  t.match((await is('exits-in-observer', 'restarting')).reason, /; it had onAuth in hand$/);
});

t.test('a crash with nothing in hand says nothing of that', async (t) => {
  const config = { defaults: { atStart: misbehave } };
  const { is } = await openHost(t, { 'throws-in-a-timer': { config } });
  t.match((await is('throws-in-a-timer', 'restarting')).reason, /in a timer \(at .*:\d+:\d+\)$/);
});

t.test('a start that fails is told with the error and its place', async (t) => {
  const { host } = await openHost(t, { 'throws-in-start': {} }, { enabled: [] });
  await t.rejects(host.enable('throws-in-start'), {
    message: /no database \(at .*throws-in-start\/index\.mjs:\d+:\d+\)/,
  });
});

const places: readonly (readonly [plugin: string, how: string, place: RegExp])[] = [
  ['spins-in-gate', 'that spins', /it stood at (spins|onMessageEnqueue) \(\/.*spins-in-gate\/index\.mjs:(8|11)\)/],
  [
    'matches-for-ever',
    'in a regular expression',
    /it stood at (matches|onMessageEnqueue) \(\/.*matches-for-ever\/index\.mjs:(7|10)\)/,
  ],
  [
    'never-settles',
    'that waits for ever',
    /it stood in no code of its own.*; its onMessageEnqueue begins at .*index\.mjs:8;/,
  ],
];
const notExact =
  /where it stood cannot be told by Node \d+.*; its onMessageEnqueue begins at \/.*index\.mjs:(8|10|11);/;

for (const tier of ['thread', 'hardened-thread'] as const) {
  for (const [plugin, how, place] of places) {
    t.test(`a plugin ${how} in a ${tier} is told with function and line when it is ended`, async (t) => {
      const options = { gate: { graceMs: 100 }, isolation: { [plugin]: tier } };
      const { host, is } = await openHost(t, { [plugin]: { deadlineMs: 200 } }, options);
      t.match(host.onMessageEnqueue(provoking(message(1003, 5))), { action: 'defer', cause: 'timed-out' });
      const { reason } = await is(plugin, 'restarting');
      t.match(reason, looksIntoThreads || tier === 'thread' ? place : notExact);
      t.match(reason, /missed its deadline of 200 ms in onMessageEnqueue/);
      t.match(reason, /; it had onMessageEnqueue with .*payloadLen=1003, seq=\d+ in hand$/);
    });
  }
}

t.test('a start that spins is told with where it stood', async (t) => {
  const { host } = await openHost(t, { 'spins-in-start': { startMs: 1000 } }, { enabled: [] });
  const place = looksIntoThreads
    ? /its start took longer than 1000 ms; it stood (at start \(\/.*spins-in-start\/index\.mjs:[67]\)|in a loop of the very function .*)$/
    : /its start took longer than 1000 ms; (it stood |where it stood cannot be told)/;
  await t.rejects(host.enable('spins-in-start'), { message: place });
});
