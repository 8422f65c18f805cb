// What reaches the supervisor of a plugin that floods it: of everything else its own thread bears the cost.

import t from 'tap';
import { misbehave } from '../support/misbehaviours.js';
import { supervise, type Told } from '../support/supervise.js';

const ways = [
  ['floods-the-console', 'prints', misbehave],
  ['floods-the-log', 'logs', misbehave],
  ['floods-its-port', 'posts messages', 'without end'],
] as const;

const saysSo = (told: Told): told is Told & { type: 'record' } =>
  told.type === 'record' && told.record.message.startsWith('lines are dropped');

/** How many are dropped before the test looks, and of how many more the supervisor may hear. */
const droppedMin = 200_000;
const heardMax = droppedMin / 20;

for (const [fixture, what, deed] of ways) {
  t.test(`of a plugin that ${what} without end the supervisor hears one thing in twenty at most`, async (t) => {
    const { plugin, told, event } = supervise(t, fixture, { config: { atStart: deed } });
    const from = performance.now();
    await plugin.start();
    await event((one): one is Told => saysSo(one) && Number(one.record.fields.dropped) > droppedMin);
    // A slow machine takes longer to drop so many, and 500 lines a second may pass meanwhile.
    const most = heardMax + 600 * ((performance.now() - from) / 1000);
    t.ok(told.length < most, `${told.length}, at most ${most}`);
  });
}

t.test(
  'of a plugin that prints past the limit of its own thread the supervisor reads some lines and waits',
  async (t) => {
    const config = { atStart: 'past its limit' };
    const { plugin, told, event } = supervise(t, 'floods-the-console', { config });
    const from = performance.now();
    await plugin.start();
    const isDropped = (one: Told): one is Told =>
      one.type === 'record' && /are dropped: it prints/.test(one.record.message);
    await event(isDropped);
    const before = told.length;
    await event((one): one is Told => isDropped(one) && told.indexOf(one) >= before);
    // Its memory fills with what nobody takes, so that it is replaced, and the next one floods before it is open.
    const sessions = 1 + told.filter(({ type }) => type === 'session-opened').length;
    const most = 4100 * sessions + 1000 * ((performance.now() - from) / 1000);
    t.ok(told.length < most, `${told.length}, at most ${most}`);
  },
);
