// A plugin's thread leaves room in the thread pool that the whole process shares.

import t from 'tap';
import { message } from '../support/events.js';
import { openHost } from '../support/open-host.js';

const deadlineMs = 20_000;
const gate = { budgetMs: deadlineMs };

t.test('what a plugin hands to the pool is computed in turn, and what is wrong with it is told', async (t) => {
  const { host } = await openHost(t, { 'hashes-a-lot': { deadlineMs } }, { gate });
  const reason = 'long, short, wrong: ERR_OUT_OF_RANGE, pair, last';
  t.match(host.onMessageEnqueue(message(1)), { action: 'reject', reason });
});

t.test('of all work for the pool one piece is in it at a time, of whatever kind, and none is lost', async (t) => {
  const { host } = await openHost(t, { 'works-in-the-pool': { deadlineMs } }, { gate });
  const inTurn = 'long, digest, sign, random, stat, read, promised, deflate';
  const reason = `${inTurn}, ENOENT, no such digest`;
  t.match(host.onMessageEnqueue(message(1)), { action: 'reject', reason });
  t.match(host.onMessageEnqueue(message(1)), { action: 'reject', reason }, 'and so it is the next time');
});
