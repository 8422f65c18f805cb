// Runs faults, two at a time, and says how each went as soon as it is known.

import { judge, words } from './judge.mjs';
import { runFault } from './run-fault.mjs';

const atOnce = 2;

/** A busy machine can make a fault look worse than it is, and seldom better: so many tries, of which the best counts. */
const tries = 3;

/** Of a fault whose outcome is a matter of chance, that is how often luck would have to hold: the worst counts. */
const triesOfChance = 6;

/** What took as long as this, in s, was no matter of a moment. */
const longRun = 8;

/** Runs each of `jobs` (a fault, a tier and a Node), and hands each verdict to `onVerdict`. */
export async function runAll(jobs, onVerdict) {
  const waiting = [...jobs];
  async function work() {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) onVerdict(job, await verdictOf(job));
  }
  await Promise.all(Array.from({ length: atOnce }, work));
}

function verdictOf(job) {
  return job.fault.isChance && !job.isWanted ? worstOf(job) : bestOf(job);
}

/** One verdict of a fault. What is clear is tried again only if it was contained before. */
async function bestOf(job) {
  let best;
  for (let i = 0; i < tries; i++) {
    const found = await tried(job);
    if (best === undefined || isWorse(best, found)) best = found;
    const isClear = found.word === 'not contained' || found.seconds > longRun;
    if (best.word === 'contained' || (isClear && !job.isWanted)) return best;
  }
  return best;
}

async function worstOf(job) {
  let worst = await tried(job);
  for (let i = 1; i < triesOfChance && worst.word !== 'not contained'; i++) {
    const found = await tried(job);
    if (isWorse(found, worst)) worst = found;
  }
  return worst;
}

async function tried({ fault, tier, node }) {
  const startedAt = performance.now();
  const verdict = judge(fault, await runFault(fault, tier, node.path));
  return { ...verdict, seconds: (performance.now() - startedAt) / 1000 };
}

const isWorse = (one, other) => words.indexOf(one.word) > words.indexOf(other.word);
