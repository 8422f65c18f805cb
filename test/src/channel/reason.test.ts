// Reasons on their way through a lane: cut at a character, marked, and read without belief.

import { verdict } from '@gatehouse/host/internal/channel/index';
import { reasonHeader, reasonStride } from '@gatehouse/host/internal/channel/layout';
import fc from 'fast-check';
import t from 'tap';
import { ask, type BothEnds, bothEnds, smallSizes } from '../support/small-channel.js';

function carried(ends: BothEnds, reason: string) {
  ask(ends);
  ends.answerer.answer(0, verdict.REJECT, reason);
  return ends.caller.reason(0);
}

t.test('a reason is cut at a character and marked as cut', async (t) => {
  const ends = bothEnds();
  t.same(carried(ends, 'exactly 16 bytes'), { text: 'exactly 16 bytes', truncated: false });
  t.same(carried(ends, 'exactly 16 bytes.'), { text: 'exactly 16 bytes', truncated: true });
  t.same(carried(ends, '123456789012345é'), { text: '123456789012345', truncated: true });
  t.same(carried(ends, '12345678901234é'), { text: '12345678901234é', truncated: false });
  t.same(carried(ends, '1234567890123🏰'), { text: '1234567890123', truncated: true });
  t.same(carried(ends, '🏰🏰🏰🏰🏰'), { text: '🏰🏰🏰🏰', truncated: true });
  t.same(carried(ends, ''), { text: '', truncated: false });
});

t.test('a surrogate without its other half becomes a replacement character', async (t) => {
  const ends = bothEnds();
  t.same(carried(ends, 'a\ud83cb'), { text: 'a\ufffdb', truncated: false });
  t.same(carried(ends, '\ud83c'.repeat(6)), { text: '\ufffd'.repeat(5), truncated: true });
});

t.test('a reason of ten megabytes is cut like any other', async (t) => {
  t.same(carried(bothEnds(), 'x'.repeat(10_000_000)), { text: 'x'.repeat(16), truncated: true });
});

t.test('of any reason the longest beginning that fits arrives, and is marked exactly when it is not all', async (t) => {
  const ends = bothEnds();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (reason) => {
      const { text, truncated } = carried(ends, reason);
      const whole = Buffer.from(reason).toString();
      const next = [...whole][[...text].length] ?? '';
      return (
        whole.startsWith(text) &&
        truncated === (text !== whole) &&
        Buffer.byteLength(text) <= smallSizes.reasonBytes &&
        (!truncated || Buffer.byteLength(text + next) > smallSizes.reasonBytes)
      );
    }),
  );
  t.pass();
});

t.test('reasons of one call do not touch each other', async (t) => {
  const ends = bothEnds();
  ask(ends, 4);
  for (let place = 0; place < 4; place++) ends.answerer.answer(place, verdict.REJECT, `${place}`.repeat(20));
  for (let place = 0; place < 4; place++) t.equal(ends.caller.reason(place).text, `${place}`.repeat(16));
});

t.test('a hostile length of a reason reads nothing but the room of that reason', async (t) => {
  const { channel, caller } = bothEnds();
  const room = (place: number) => channel.reasons.subarray(place * reasonStride(smallSizes) + reasonHeader);
  for (let place = 0; place < 4; place++) room(place).fill(0x61 + place, 0, smallSizes.reasonBytes);
  for (const length of [-1, -(2 ** 31), 17, 1000, 2 ** 31 - 1]) {
    for (let place = 0; place < 4; place++) {
      channel.reasonWords[(place * reasonStride(smallSizes)) / 4] = length;
      const expected = length < 0 ? '' : 'abcd'[place]!.repeat(16);
      t.equal(caller.reason(place).text, expected, `length ${length} at ${place}`);
    }
  }
});

t.test('bytes that are no UTF-8 become replacement characters', async (t) => {
  const { channel, caller } = bothEnds();
  channel.reasonWords[0] = 3;
  channel.reasons.set([0x61, 0xff, 0xc3], reasonHeader);
  t.equal(caller.reason(0).text, 'a\ufffd\ufffd');
});

t.test('what an answer carries besides arrives as it was written, and is gone with the next call', async (t) => {
  const ends = bothEnds();
  ask(ends, 2);
  ends.answerer.answer(0, verdict.REJECT, { reason: 'x'.repeat(20), data: Uint8Array.of(1, 2, 3) });
  ends.answerer.answer(1, verdict.DEFER, { reason: 'later', retryAfterMs: 0 });
  t.same(ends.caller.data(0), Uint8Array.of(1, 2, 3));
  t.equal(ends.caller.retryAfterMs(0, 100), undefined);
  t.equal(ends.caller.retryAfterMs(1, 100), 0);
  t.same(ends.caller.data(1), new Uint8Array(0));
  ends.answerer.answer(0, verdict.DEFER, { reason: '', retryAfterMs: 86_400_000 });
  t.same(ends.caller.data(0), new Uint8Array(0));
  t.equal(ends.caller.retryAfterMs(0, 100), 100, 'a session cannot ask for more than the most');
  t.equal(ends.caller.reason(1).text, 'later');
});

t.test('whatever a session writes as time or length, what is read is bounded and a copy', async () => {
  const ends = bothEnds();
  ask(ends);
  const { reasonWords, reasons } = ends.channel;
  const anyWord = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(anyWord, anyWord, (time, length) => {
      reasonWords[2] = time;
      reasonWords[3] = length;
      const read = ends.caller.data(0);
      const wait = ends.caller.retryAfterMs(0, 1000) ?? 0;
      return read.length <= smallSizes.dataBytes && read.buffer !== reasons.buffer && wait >= 0 && wait <= 1000;
    }),
  );
});
