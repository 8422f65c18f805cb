// Sets a fault off, each in its own way.

import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../limits.mjs';
import { provocations } from './events.mjs';

/** Returns what was decided or said, and how long that took. */
export async function setOff(host, live, { at, deed }) {
  if (at === 'gate') return askGate(live, deed);
  if (at === 'import' || at === 'start') return timed(() => host.enable('faulty'));
  if (at === 'stop') return timed(() => host.disable('faulty'));
  await untilItServes(live);
  host[at](provocations[at]());
  return {};
}

/** On a busy machine even a sound plugin misses a deadline now and then, and is not asked for a while. */
async function untilItServes(live) {
  const until = performance.now() + limits.settle;
  while (live.answeredSince < 3 && performance.now() < until) await pause(10);
}

async function askGate(live, deed, tries = 5) {
  await untilItServes(live);
  const { decision, ms } = live.call(deed);
  const cause = decision.faults?.find(({ plugin }) => plugin === 'faulty')?.cause;
  const wasAsked =
    cause === undefined || !(cause === 'unavailable' || (cause === 'timed-out' && ms < limits.deadline / 2));
  return wasAsked || tries === 0 ? said(decision, ms) : askGate(live, deed, tries - 1);
}

function said(decision, ms) {
  const { action, plugin, reason, cause, faults } = decision;
  const shown = reason === undefined ? undefined : { length: reason.length, start: reason.slice(0, 300) };
  return { ms, decision: { action, plugin, cause, faults, reason: shown, isText: isWellFormed(reason ?? '') } };
}

const isWellFormed = (text) => Buffer.from(text, 'utf8').toString('utf8') === text;

async function timed(act) {
  const startedAt = performance.now();
  const outcome = await act().then(
    (status) => ({ said: status.state }),
    (error) => ({ failed: `${error.code}: ${error.message}` }),
  );
  return { ...outcome, ms: performance.now() - startedAt };
}
