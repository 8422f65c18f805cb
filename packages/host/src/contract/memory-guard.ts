// The memory guard of plugins, as far as this Node allows.

import { Worker } from 'node:worker_threads';

/**
 * - `sampled`: the supervisor reads the thread's heap statistics every few ms, even while it loops (Node 22.16).
 * - `reported`: the thread reports every second, as long as it reaches its event loop. In a gate call, growth of the
 *   whole process counts as its own while it alone is at work. Any other sudden growth is bounded only by V8's limit,
 *   which does not contain every kind.
 * - `process`: it has a process of its own, whose memory is measured from outside.
 */
export const memoryGuards = ['sampled', 'reported', 'process'] as const;

export type MemoryGuard = (typeof memoryGuards)[number];

export const memoryGuard: MemoryGuard = 'getHeapStatistics' in Worker.prototype ? 'sampled' : 'reported';

/** Room above a small cap, in MiB: a plugin can fill this much before it is even noticed to be at work. */
const leastRoomMb = 256;

/**
 * Returns V8's limit for a cap, in MiB. Well above the cap, because V8 often ends the whole process at its limit: the
 * guard has to act first.
 */
export function hardLimitMb(memoryMb: number): number {
  return memoryGuard === 'sampled' ? Math.max(4 * memoryMb, memoryMb + leastRoomMb) : 2 * memoryMb;
}
