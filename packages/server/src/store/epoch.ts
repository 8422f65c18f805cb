// The epochs of message numbers. A store that comes from a copy begins a new one, because the store that was copied, or
// another copy, has given numbers since.
//
// An epoch is named by the millisecond in which it begins, and its numbers are above that, shifted by 23 bits. So no two
// copies of one store give the same number, not even copies of one backup, unless a clock is wrong. The first epoch is 0.

import { StoreError } from './store-error.js';

const origin = Date.UTC(2026, 0, 1);
const shift = 23n;
/** Epochs have 40 bits, so that a number has 63. The time reaches this in 2060. */
const end = 2 ** 40;
/** Added to the last epoch where the time cannot be used: at least as many numbers as a mailbox has in 9 hours. */
const step = 2 ** 25;

/** @throws StoreError when there are no more epochs */
export function epochAfter(last: number, now: number): number {
  const time = now - origin;
  const next = time > last && time < end ? time : last + step;
  if (next < end) return next;
  throw new StoreError('unavailable', 'the store has had as many epochs as its numbers permit');
}

/** All numbers of the epoch are higher, and all those of earlier epochs lower. */
export function floorOf(epoch: number): bigint {
  return BigInt(epoch) << shift;
}
