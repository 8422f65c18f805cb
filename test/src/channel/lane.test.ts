// The two ends of a lane: what is put in comes out, and only for the call that it belongs to.

import { life, verdict, word } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { ask, bothEnds, smallSizes } from '../support/small-channel.js';

t.test('a call comes out at the other end with its hook and its frames', async (t) => {
  const { channel, caller, answerer } = bothEnds();
  t.notOk(answerer.hasCall());
  caller.begin();
  t.equal(caller.put(Int32Array.of(9, 1, 2, 3), 1, 3), 0);
  t.equal(caller.put(Int32Array.of(4), 0, 1), 1);
  caller.send(5);
  t.ok(answerer.hasCall());
  t.same(answerer.accept(), { hook: 5, count: 2, bytes: 12 });
  t.same([...channel.requestWords.slice(0, 3)], [1, 2, 4]);
  t.notOk(answerer.hasCall(), 'a call is taken once');
});

t.test('a verdict counts as soon as it is written, the others are still to come', async (t) => {
  const ends = bothEnds();
  ask(ends, 3);
  ends.answerer.answer(1, verdict.REJECT, 'no');
  t.same(
    [0, 1, 2].map((place) => ends.caller.verdict(place)),
    [verdict.NONE, verdict.REJECT, verdict.NONE],
  );
  t.same(ends.caller.reason(1), { text: 'no', truncated: false });
  t.notOk(ends.caller.isAnswered());
  ends.answerer.finish();
  t.ok(ends.caller.isAnswered());
});

t.test('a verdict of the call before is none of this call', async (t) => {
  const ends = bothEnds();
  ask(ends);
  ends.answerer.answer(0, verdict.CONTINUE);
  ends.answerer.finish();
  ask(ends);
  t.equal(ends.caller.verdict(0), verdict.NONE);
  t.notOk(ends.caller.isAnswered());
});

t.test('a lane is not written to while the session may still read its last call', async (t) => {
  const ends = bothEnds();
  ask(ends);
  t.throws(() => ends.caller.begin(), /a lane is written to only after its last call was seen to be answered/);
  ends.answerer.finish();
  t.ok(ends.caller.isAnswered());
  ends.caller.begin();
});

t.test('an answer that comes after the next call was sent is none of the next call', async (t) => {
  const ends = bothEnds();
  ask(ends);
  // It says that all is answered before it answers.
  ends.answerer.finish();
  t.ok(ends.caller.isAnswered());
  ends.caller.begin();
  ends.caller.put(Int32Array.of(1), 0, 1);
  ends.caller.send(0);
  ends.answerer.answer(0, verdict.CONTINUE);
  ends.answerer.finish();
  t.equal(ends.caller.verdict(0), verdict.NONE);
  t.notOk(ends.caller.isAnswered());
});

t.test('a frame that does not fit is refused and leaves the others as they are', async (t) => {
  const { caller, channel } = bothEnds({ callMax: 2 });
  const words = Int32Array.from({ length: smallSizes.requestBytes / 4 }, (_, i) => i + 1);
  caller.begin();
  t.equal(caller.put(words, 0, 10), 0);
  t.equal(caller.put(words, 0, 7), -1, 'too long for the rest');
  t.equal(caller.put(words, 0, 6), 1, 'exactly the rest');
  t.equal(caller.put(words, 0, 0), -1, 'too many');
  t.equal(caller.count, 2);
  t.same([...channel.requestWords], [...words.subarray(0, 10), ...words.subarray(0, 6)]);
});

t.test('whatever a hostile session writes as a verdict is a verdict or none', async (t) => {
  const { channel, caller } = bothEnds();
  caller.begin();
  caller.put(Int32Array.of(1), 0, 1);
  caller.send(0);
  const known: readonly number[] = Object.values(verdict);
  for (const packed of [-1, 0, 1, 7, 8, 9, 13, 14, 15, 2 ** 31 - 1, -(2 ** 31), 0x55555555]) {
    channel.verdicts[0] = packed;
    t.ok(known.includes(caller.verdict(0)), String(packed));
  }
});

t.test('a session that has ended is seen to have ended', async (t) => {
  const { channel, caller } = bothEnds();
  t.notOk(caller.hasEnded());
  Atomics.store(channel.control, word.LIFE, life.ENDED);
  t.ok(caller.hasEnded());
});
