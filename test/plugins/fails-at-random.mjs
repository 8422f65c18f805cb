// Does at random what the others of the zoo do and a thread contains, and else refuses a message now and then.

import { setTimeout as pause } from 'node:timers/promises';
import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';
import aborts from './aborts.mjs';
import nonsense from './answers-nonsense.mjs';
import exhausts from './exhausts-heap-by-objects.mjs';
import exits from './exits-in-gate.mjs';
import matches from './matches-for-ever.mjs';
import neverSettles from './never-settles.mjs';
import overflows from './overflows-the-stack.mjs';
import rejectsUnhandled from './rejects-unhandled.mjs';
import spins from './spins-in-gate.mjs';
import storms from './storms-microtasks.mjs';
import takesBuffers from './takes-buffers.mjs';
import takesUncounted from './takes-uncounted-memory.mjs';
import throwsInTimer from './throws-in-a-timer.mjs';
import throws from './throws-in-gate.mjs';
import { channelOf, misbehave } from './trigger.mjs';
import waits from './waits-for-ever.mjs';

const doing =
  (plugin, deed = misbehave) =>
  (event, context) =>
    plugin.onMessageEnqueue({ ...event, channelId: channelOf(deed) }, context);

/** What ends a session: a plugin that did so often would be quarantined, and do nothing any more. */
const deadly = [
  spins,
  exhausts,
  neverSettles,
  storms,
  throwsInTimer,
  rejectsUnhandled,
  exits,
  aborts,
  waits,
  matches,
  takesBuffers,
  takesUncounted,
].map((plugin) => doing(plugin));

/** What a session survives. Refusals name the message, so that one which meets another message is noticed. */
const harmless = [
  doing(throws),
  doing(overflows),
  doing(nonsense, 'nothing'),
  doing(nonsense, 'text'),
  doing(nonsense, 'reasonless'),
  async ({ seq }, { name }) => {
    await pause(70);
    return Reject(`${name} ${seq}`);
  },
  ({ seq }, { name }) => Reject(`${name} ${seq} ${'x'.repeat(100_000)}`),
  ({ seq }, { name }) => Reject(`${name} ${seq} \ud800`),
  ({ seq }, { name }) => ({
    // biome-ignore lint/suspicious/noThenProperty: this is the fault
    then(resolve) {
      resolve(Reject(`${name} ${seq}`));
      resolve(Continue);
    },
  }),
  () => {
    Object.prototype.polluted = 'by a plugin';
    return Continue;
  },
  () => {
    for (let i = 0; i < 2000; i++) console.log('printed', i);
    return Continue;
  },
  (_event, { log }) => {
    for (let i = 0; i < 2000; i++) log.info({ i }, 'logged');
    return Continue;
  },
  (_event, { log }) => {
    for (let i = 0; i < 5; i++) log.info({ list: largeField }, 'logged');
    return Continue;
  },
];

const largeField = new Array(200_000).fill(1.25);

/** One fault in so many messages, and so many of them that a session survives to one that it does not. */
const rarity = 1000;
const share = 60;

const oneOf = (faults) => faults[Math.floor(Math.random() * faults.length)];

const happens = (rarely) => Math.random() < 1 / rarely;

export default definePlugin({
  onMessageEnqueue(event, context) {
    if (happens(rarity)) return oneOf(happens(share) ? deadly : harmless)(event, context);
    return event.payloadLen % 1000 === 5 ? Reject(`${context.name} ${event.seq}`) : Continue;
  },
  onFetch(event, context) {
    if (happens(rarity)) doing(throws)(event, context);
  },
  onBatchEnqueue(events, context) {
    if (happens(10 * rarity)) doing(spins)(events[0], context);
  },
});
