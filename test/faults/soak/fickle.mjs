// A plugin that fails at random in all the ways that a thread contains, and else refuses a message now and then.

import { setTimeout as pause } from 'node:timers/promises';
import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

const never = () => new Promise(() => {});
const deeper = () => deeper() + 1;
const again = () => Promise.resolve().then(again);

function boom() {
  throw new Error('at random');
}

function spin() {
  for (;;);
}

function exhaust() {
  const all = [];
  for (;;) all.push({ a: all.length, b: [all.length] });
}

/** What ends a session: a plugin that did so often would be quarantined, and do nothing any more. */
const deadly = {
  spin,
  exhaust,
  never,
  again,
  timer: () => void setTimeout(boom),
  rejection: () => void Promise.reject(new Error('nobody listens')),
  exit: () => process.exit(1),
  abort: () => process.abort(),
  sleep: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  regexp: () => /^(a+)+$/.test(`${'a'.repeat(40)}b`),
};

/** What a session survives. */
const harmless = {
  boom,
  deeper,
  nothing: () => undefined,
  text: () => 'continue',
  reasonless: () => ({ action: 'reject' }),
  late: async ({ seq }, { name }) => {
    await pause(70);
    return Reject(`${name} ${seq}`);
  },
  long: ({ seq }, { name }) => Reject(`${name} ${seq} ${'x'.repeat(100_000)}`),
  broken: ({ seq }, { name }) => Reject(`${name} ${seq} \ud800`),
  twice: ({ seq }, { name }) => ({
    // biome-ignore lint/suspicious/noThenProperty: this is the fault
    then(resolve) {
      resolve(Reject(`${name} ${seq}`));
      resolve(Continue);
    },
  }),
  pollute() {
    Object.prototype.polluted = 'by a plugin';
    return Continue;
  },
  print() {
    for (let i = 0; i < 2000; i++) console.log('printed', i);
    return Continue;
  },
  log(_event, { log }) {
    for (let i = 0; i < 2000; i++) log.info({ i }, 'logged');
    return Continue;
  },
};

/** One fault in so many messages, and so many of them that a session survives to one that it does not. */
const rarity = 1000;
const share = 60;

const oneOf = (faults) => Object.values(faults)[Math.floor(Math.random() * Object.keys(faults).length)];

const happens = (rarely) => Math.random() < 1 / rarely;

export default definePlugin({
  onMessageEnqueue(event, context) {
    if (happens(rarity)) return oneOf(happens(share) ? deadly : harmless)(event, context);
    return event.payloadLen % 1000 === 5 ? Reject(`${context.name} ${event.seq}`) : Continue;
  },
  onFetch() {
    if (happens(rarity)) boom();
  },
  onBatchEnqueue() {
    if (happens(10 * rarity)) spin();
  },
});
