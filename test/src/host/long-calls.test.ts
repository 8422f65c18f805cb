// The supervisor is told of calls that take long, and of no others.

import { AnswerWait } from '@gatehouse/host/internal/asking/answer-wait';
import { Rings } from '@gatehouse/host/internal/asking/rings';
import { SessionLink } from '@gatehouse/host/internal/asking/session-link';
import { createChannel, createServerBell, longCall, openServerBell } from '@gatehouse/host/internal/channel/index';
import { InstalledPlugin } from '@gatehouse/host/internal/plugins/installed-plugin';
import t from 'tap';

/** One that is waited for as long as a call may take. */
class Patient extends InstalledPlugin {
  override get deadlineMs(): number {
    return 10_000;
  }
}

const never = new Patient({ kind: 'invalid', name: 'never', path: '/', reason: '' }, true);

t.test('it is told while the server waits, once in a call', async (t) => {
  const bell = openServerBell(createServerBell());
  const wait = new AnswerWait(bell, new Rings(bell), 'park', true);
  let told = 0;
  const first = longCall(bell).then(() => told++);
  const ask = (budgetMs: number) => {
    const link = new SessionLink(never, { id: 1, channel: createChannel() });
    link.lane.begin();
    link.lane.put(Int32Array.of(1), 0, 1);
    link.lane.send(0);
    wait.budget.begin(budgetMs);
    wait.begin(false);
    wait.wait([link], false, 0);
  };
  ask(2);
  await new Promise(setImmediate);
  t.equal(told, 0, 'a call of 2 ms is none');
  const before = bell.words.slice();
  ask(50);
  await first;
  t.equal(told, 1);
  t.equal(
    bell.words.reduce((sum, word, i) => sum + Math.abs(word - before[i]!), 0),
    1,
  );
});
