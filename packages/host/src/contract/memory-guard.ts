// Which guard keeps plugins to their memory, as far as this Node allows.

import { Worker } from 'node:worker_threads';

/**
 * - `sampled`: the supervisor looks at the thread's heap statistics every few ms, also while that loops (Node 22.16).
 * - `reported`: the thread tells by itself every second, as long as it comes to its event loop. In a gate call, what
 *   the whole process grows by while it alone is at work counts as its own. What else fills memory in one go is only
 *   held by the limit of V8, which does not contain every way of doing so.
 * - `process`: it has a process of its own, whose memory is looked at from outside.
 */
export const memoryGuards = ['sampled', 'reported', 'process'] as const;

export type MemoryGuard = (typeof memoryGuards)[number];

export const memoryGuard: MemoryGuard = 'getHeapStatistics' in Worker.prototype ? 'sampled' : 'reported';

/** Room above a small cap, in MiB: a plugin fills that much before it is noticed to be at work at all. */
const leastRoomMb = 256;

/**
 * The limit of V8 for a cap, in MiB. Well above it, as V8 ends the whole process for many ways of coming to its limit:
 * the guard has to come first.
 */
export function hardLimitMb(memoryMb: number): number {
  return memoryGuard === 'sampled' ? Math.max(4 * memoryMb, memoryMb + leastRoomMb) : 2 * memoryMb;
}
