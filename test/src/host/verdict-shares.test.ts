// From which share of messages without a verdict on a plugin is degraded, and when a server is out of service for it.

import { VerdictShares } from '@gatehouse/host/internal/plugins/verdict-shares';
import t from 'tap';

/** Adds so many messages once a second. */
class Seconds {
  readonly shares = new VerdictShares();
  #now = 0;

  pass(count: number, decisions: number, withoutVerdict: number, unanswered = withoutVerdict): VerdictShares {
    for (let i = 0; i < count; i++) {
      this.#now += 1000;
      this.shares.add({ decisions, withoutVerdict, unanswered }, this.#now);
    }
    return this.shares;
  }
}

t.test('more than 5 % of the messages of 10 s is degraded, 5 % is not', async (t) => {
  t.equal(new Seconds().pass(10, 100, 5).degradedPercent, undefined);
  t.equal(new Seconds().pass(10, 100, 6).degradedPercent, 6);
  t.equal(new Seconds().pass(10, 100, 100).degradedPercent, 100);
});

t.test('fewer than 20 decisions tell nothing', async (t) => {
  const few = new Seconds().pass(1, 19, 19);
  t.equal(few.degradedPercent, undefined);
  t.notOk(few.isUnanswered);
  const enough = new Seconds().pass(1, 20, 20);
  t.equal(enough.degradedPercent, 100);
  t.ok(enough.isUnanswered);
});

t.test('what is older than 10 s does not count', async (t) => {
  const seconds = new Seconds();
  seconds.pass(1, 100, 100);
  t.equal(seconds.pass(9, 10, 0).degradedPercent, 53);
  t.equal(seconds.pass(1, 10, 0).degradedPercent, undefined);
});

t.test('answers that are wrong degrade, and put no server out of service', async (t) => {
  const wrong = new Seconds().pass(10, 100, 50, 0);
  t.equal(wrong.degradedPercent, 50);
  t.notOk(wrong.isUnanswered);
});

t.test('a server that is out of service comes back after 10 s without a fault, and not before', async (t) => {
  const seconds = new Seconds();
  seconds.pass(1, 100, 50);
  t.ok(seconds.pass(5, 1000, 1).isUnanswered, 'a small share of faults is no clean second');
  t.ok(seconds.pass(9, 1000, 0).isUnanswered);
  t.notOk(seconds.pass(1, 1000, 0).isUnanswered);
});

t.test('a server that gets no messages any more comes back as well', async (t) => {
  const seconds = new Seconds();
  seconds.pass(1, 100, 50);
  t.ok(seconds.pass(9, 0, 0).isUnanswered);
  t.notOk(seconds.pass(1, 0, 0).isUnanswered);
});

t.test('a small share of faults does not put a server out of service', async (t) => {
  t.notOk(new Seconds().pass(30, 1000, 50).isUnanswered);
});
