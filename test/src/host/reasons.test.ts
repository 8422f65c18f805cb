// What an operator is told of a session that ended: what happened, where, and what it had in hand.

import { Worker } from 'node:worker_threads';
import t from 'tap';
import { login, message } from '../events.js';
import { openHost } from './open-host.js';

/** Whether this Node can look into a thread of another, whatever flags that was started with. */
const looksIntoThreads = 'startCpuProfile' in Worker.prototype;

t.test('a crash is told with the error, its place, and the message in hand', async (t) => {
  const { host, is } = await openHost(t, { crashes: {} });
  host.decideAll('onMessageEnqueue', [
    message(1),
    { ...message(1003, 5, 77n), channelId: new Uint8Array(16).fill(0xab) },
  ]);
  const { reason } = await is('crashes', 'restarting');
  t.match(reason, /in a timer \(at .*crashes\/index\.mjs:\d+:\d+\)\); it had onMessageEnqueue with /);
  t.match(reason, /recipientKey=00000005…[0-9a-f]{4}, channelId=(ab){16}, payloadLen=1003, seq=77 in hand$/);
});

t.test('an exit is told with its code, and no place that is not the plugin’s', async (t) => {
  const { host, is } = await openHost(t, { crashes: {} });
  host.onMessageEnqueue(message(1002));
  t.match((await is('crashes', 'restarting')).reason, /worker exited with code: 3; it had onMessageEnqueue with /);
});

t.test('a crash in an observer is told with the hook', async (t) => {
  const { host, is } = await openHost(t, { 'observer-crashes': {} });
  host.onAuth(login('crash'));
  t.match((await is('observer-crashes', 'restarting')).reason, /; it had onAuth in hand$/);
});

t.test('a crash with nothing in hand says nothing of that', async (t) => {
  const { is } = await openHost(t, { 'crashes-on-its-own': {} });
  t.match((await is('crashes-on-its-own', 'restarting')).reason, /RangeError: out of nowhere \(at .*:\d+:\d+\)*$/);
});

t.test('a start that fails is told with the error and its place', async (t) => {
  const { host } = await openHost(t, { 'start-throws': {} }, { enabled: [] });
  await t.rejects(host.enable('start-throws'), { message: /no database \(at .*start-throws\/index\.mjs:\d+:\d+\)/ });
});

const places: readonly (readonly [length: number, how: string, place: RegExp])[] = [
  [1001, 'that spins', /it stood at (spins|onMessageEnqueue) \(\/.*hangs-deeply\/index\.mjs:(7|16)\)/],
  [1002, 'in a regular expression', /it stood at (matches|onMessageEnqueue) \(\/.*hangs-deeply\/index\.mjs:(11|16)\)/],
  [1003, 'that waits for ever', /it stood in no code of its own.*; its onMessageEnqueue begins at .*index\.mjs:16;/],
];
const notExact = /where it stood cannot be told by Node \d+.*; its onMessageEnqueue begins at \/.*index\.mjs:16;/;

for (const tier of ['thread', 'hardened-thread'] as const) {
  for (const [length, how, place] of places) {
    t.test(`a plugin ${how} in a ${tier} is told with function and line when it is ended`, async (t) => {
      const options = { gate: { graceMs: 100 }, isolation: { 'hangs-deeply': tier } };
      const { host, is } = await openHost(t, { 'hangs-deeply': { deadlineMs: 200 } }, options);
      t.match(host.onMessageEnqueue(message(length, 5)), { action: 'defer', cause: 'timed-out' });
      const { reason } = await is('hangs-deeply', 'restarting');
      t.match(reason, looksIntoThreads || tier === 'thread' ? place : notExact);
      t.match(reason, /missed its deadline of 200 ms in onMessageEnqueue/);
      t.match(reason, new RegExp(`; it had onMessageEnqueue with .*payloadLen=${length}, seq=\\d+ in hand$`));
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
