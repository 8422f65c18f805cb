// Whether the machine has anything else to do: a benchmark beside a compiler measures the compiler.

import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const sampleMs = 250;

/** Share of all CPUs that is taken, in percent, while this process does nothing. */
export async function otherWork(): Promise<number> {
  const before = spent();
  await delay(sampleMs);
  const after = spent();
  return (100 * (after.busy - before.busy)) / (after.all - before.all);
}

/** Time that the CPUs have spent since the machine was started. */
function spent(): { busy: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}
