// A supervisor that stands still: noticed after its time, and not when it was the server that stood still.

import { Stillness } from '@gatehouse/host/internal/supervisor/heartbeat';
import t from 'tap';

const beatMs = 250;

/** Looks every `everyMs`, from `from` on, without a beat; when that was too long, in ms. */
function noticedAfter(stillness: Stillness, beats: number, from: number, everyMs: number): number {
  for (let ms = everyMs; ms <= 100_000; ms += everyMs) if (stillness.isTooLong(beats, from + ms)) return ms;
  return Number.POSITIVE_INFINITY;
}

t.test('a supervisor that has begun may stand still for 2 s', async (t) => {
  const stillness = new Stillness(0);
  t.notOk(stillness.isTooLong(1, 0));
  t.equal(noticedAfter(stillness, 1, 0, beatMs), 2000);
});

t.test('one that never begins has 15 s', async (t) => {
  t.equal(noticedAfter(new Stillness(0), 0, 0, beatMs), 15_000);
});

t.test('a beat makes it begin anew', async (t) => {
  const stillness = new Stillness(0);
  for (let beats = 1; beats < 100; beats++) t.notOk(stillness.isTooLong(beats, beats * 7 * beatMs));
  t.equal(noticedAfter(stillness, 99, 99 * 7 * beatMs, beatMs), 2000);
});

t.test('time in which the server itself did not look on schedule does not count', async (t) => {
  const stillness = new Stillness(0);
  t.notOk(stillness.isTooLong(1, 0));
  t.equal(noticedAfter(stillness, 1, 0, 4 * beatMs), Number.POSITIVE_INFINITY);
  t.equal(noticedAfter(stillness, 1, 100_000, beatMs), 2000, 'and what does count begins then');
});
