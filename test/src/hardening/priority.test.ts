// Plugins' threads have a lower priority than the host, where threads have priorities.

import { getPriority } from 'node:os';
import t from 'tap';
import { message } from '../support/events.js';
import { openHost } from '../support/open-host.js';

const lowered = (by: number) => Math.min(19, getPriority() + (process.platform === 'linux' ? by : 0));

t.test('a plugin that only observes has a much lower priority than one that answers', async (t) => {
  const before = getPriority();
  const { log } = await openHost(t, { 'raises-its-priority': {}, 'tells-its-priority': {} });
  const lines = await log.until('priority', 2);
  const of = (plugin: string) => lines.find((line) => line.plugin === plugin)?.fields?.priority;
  t.equal(of('raises-its-priority'), lowered(1));
  t.equal(of('tells-its-priority'), lowered(10));
  t.equal(getPriority(), before, 'the host keeps its own');
});

t.test('an operator may choose the priorities, also none', async (t) => {
  const { log, host } = await openHost(t, { 'raises-its-priority': {} }, { niceness: { gate: 0, observers: 19 } });
  const [line] = await log.until('priority');
  t.equal(line!.fields?.priority, lowered(0));
  t.same(host.onMessageEnqueue(message(0)), { action: 'continue' });
});
