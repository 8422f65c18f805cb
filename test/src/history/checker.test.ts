// The checker of histories: it has nothing to say of a sound one, and finds each way in which one can be spoilt.

import fc from 'fast-check';
import t from 'tap';
import { type AnomalyKind, check } from './checker.js';
import { type Entry, Log } from './log.js';
import { PerfectQueue } from './perfect-queue.js';
import type { Choose } from './random.js';
import { spoilers } from './spoil.js';

/** Numbers that a run has to choose by; those that are used up are 0. */
const choices = fc.array(fc.nat(), { minLength: 150, maxLength: 600 });

function chooser(numbers: readonly number[]): Choose {
  let next = 0;
  return (below) => (numbers[next++] ?? 0) % below;
}

function soundLog(choose: Choose, steps: number): readonly Entry[] {
  const queue = new PerfectQueue(choose);
  for (let i = 0; i < steps; i++) queue.step();
  queue.drain();
  return queue.log.entries;
}

t.test('a history of a queue that does nothing wrong has no anomalies', async () => {
  fc.assert(
    fc.property(choices, (numbers) => {
      const found = check(soundLog(chooser(numbers), numbers.length / 3));
      return found.length === 0;
    }),
    { numRuns: 200 },
  );
});

for (const kind of Object.keys(spoilers) as AnomalyKind[]) {
  t.test(`a history that is spoilt is found out: ${kind}`, async (t) => {
    let spoilt = 0;
    fc.assert(
      fc.property(choices, fc.array(fc.nat(), { minLength: 2, maxLength: 2 }), (numbers, where) => {
        const log = spoilers[kind](soundLog(chooser(numbers), numbers.length / 3), chooser(where));
        if (!log) return true;
        spoilt++;
        return check(log).some((anomaly) => anomaly.kind === kind);
      }),
      { numRuns: 300 },
    );
    t.ok(spoilt > 30, `${spoilt} were spoilt`);
  });
}

t.test('an anomaly names its mailbox, its message and the entry that shows it', async (t) => {
  const log = new Log();
  log.invoke({ does: 'send', messages: [{ mailbox: 'm', id: 'one' }] })({
    is: 'ok',
    answer: { to: 'send', seqs: [1n] },
  });
  log.invoke({ does: 'fetch', mailbox: 'm', after: 0n, limit: 9 })({ is: 'ok', answer: { to: 'fetch', messages: [] } });
  t.strictSame(check(log.entries), [
    { kind: 'lost', mailbox: 'm', id: 'one', at: 1 },
    { kind: 'skipped', mailbox: 'm', id: 'one', at: 3 },
  ]);
});

t.test('what is of unknown outcome may come, once, or never', async (t) => {
  const log = new Log();
  const call = { does: 'send', messages: [{ mailbox: 'm', id: 'one' }] } as const;
  log.invoke(call)({ is: 'unknown', why: 'the connection broke' });
  const fetched = (...seqs: bigint[]) =>
    log.invoke({ does: 'fetch', mailbox: 'm', after: 0n, limit: 9 })({
      is: 'ok',
      answer: { to: 'fetch', messages: seqs.map((seq) => ({ seq, id: 'one' })) },
    });
  fetched();
  t.strictSame(check(log.entries), []);
  fetched(1n);
  t.strictSame(check(log.entries), []);
  fetched(1n, 2n);
  t.match(check(log.entries), [{ kind: 'duplicated' }, { kind: 'duplicated' }]);
});

t.test('a message that came although it had been refused was invented', async (t) => {
  const log = new Log();
  log.invoke({ does: 'send', messages: [{ mailbox: 'm', id: 'one' }] })({ is: 'failed', why: 'refused' });
  log.invoke({ does: 'fetch', mailbox: 'm', after: 0n, limit: 9 })({
    is: 'ok',
    answer: { to: 'fetch', messages: [{ seq: 1n, id: 'one' }] },
  });
  t.match(check(log.entries), [{ kind: 'invented', id: 'one' }]);
});
