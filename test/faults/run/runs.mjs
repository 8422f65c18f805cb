// Runs faults, two at a time, and says how each went as soon as it is known.

import { judge, words } from './judge.mjs';
import { runFault } from './run-fault.mjs';

const atOnce = 2;

/** A busy machine can make any fault look worse than it is, and never better: so many tries, of which the best counts. */
const tries = 3;

/** What took as long as this, in s, was no matter of a moment. */
const longRun = 8;

/** Runs each of `jobs` (a fault, a tier and a Node), and hands each verdict to `onVerdict`. */
export async function runAll(jobs, onVerdict) {
  const waiting = [...jobs];
  async function work() {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) onVerdict(job, await bestOf(job));
  }
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** One verdict of a fault. What is clear is tried again only if it was contained before. */
async function bestOf(job) {
  let best;
  for (let i = 0; i < tries; i++) {
    const startedAt = performance.now();
    const verdict = judge(job.fault, await runFault(job.fault, job.tier, job.node.path));
    const found = { ...verdict, seconds: (performance.now() - startedAt) / 1000 };
    if (best === undefined || words.indexOf(found.word) < words.indexOf(best.word)) best = found;
    const isClear = found.word === 'not contained' || found.seconds > longRun;
    if (best.word === 'contained' || (isClear && !job.isWanted)) return best;
  }
  return best;
}
