// Waits until a faulty plugin serves again, or has been given up.

import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../limits.mjs';

const finalStates = ['failed', 'quarantined', 'disabled'];

/** So many answers in a row mean that it serves. */
const answersEnough = 5;
const watchMs = 400;

/** Returns how it ended, and how long another plugin took to be started meanwhile. */
export async function settled(host, live, { fault, changes }) {
  const bystander = fault.asksSupervisor ? startAnother(host) : undefined;
  await pause(fault.watchMs ?? watchMs);
  const until = performance.now() + limits.settle;
  let end = endOf(live, changes);
  while (end === undefined && performance.now() < until) {
    await pause(20);
    end = endOf(live, changes);
  }
  return { settledAs: end ?? 'not settled', bystanderMs: await bystander };
}

function endOf(live, changes) {
  const last = changes.findLast(({ plugin }) => plugin === 'faulty');
  if (finalStates.includes(last?.to)) return last.to;
  return last?.to === 'ready' && live.answeredSince >= answersEnough ? 'serves' : undefined;
}

async function startAnother(host) {
  const startedAt = performance.now();
  // While it is being started it is no part of the chain; it would refuse nothing, as the innocent one goes first.
  const started = host.enable('bystander').then(
    () => performance.now() - startedAt,
    () => limits.settle,
  );
  return Promise.race([started, pause(limits.settle, limits.settle, { ref: false })]);
}
