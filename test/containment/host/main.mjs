// A host process: opens a host with a faulty and an innocent plugin, sets the fault off, and reports what came of it.

import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { createHost } from '@gatehouse/host';
import { pino } from 'pino';
import { limits } from '../limits.mjs';
import { spareThread } from '../tiers.mjs';
import { LiveCalls } from './live-calls.mjs';
import { moveOn } from './move-on.mjs';
import { setOff } from './set-off.mjs';
import { settled } from './settled.mjs';
import { setStage } from './stage.mjs';

const { fault, tier, folder } = JSON.parse(process.argv[2]);
const isLoaded = !['import', 'start'].includes(fault.at);
/** A fault before it serves is the same in any thread. */
const movesOn = tier === spareThread && isLoaded;
const config = setStage(folder, fault, movesOn);

/** How long all is well before the fault. */
const calmMs = 250;

/** Lines that the host logged about the faulty plugin, as a warning or worse. */
const warnings = [];
const logger = pino({ level: 'warn', base: null }, { write: (line) => note(JSON.parse(line)) });

function note({ plugin, msg, err }) {
  if (plugin === 'faulty' && warnings.length < 20) warnings.push(err?.message ?? msg);
}

const host = await createHost({
  plugins: [`${folder}/plugins`],
  enabled: ['innocent'],
  config: { faulty: config },
  policies: { faulty: 'continue' },
  isolation: { faulty: tier === spareThread ? 'hardened-thread' : tier },
  gate: { budgetMs: limits.budget, graceMs: fault.graceMs ?? limits.grace },
  logger,
});
const live = new LiveCalls(host);
const changes = [];
host.subscribe(({ plugin, to, reason }) => changes.push({ plugin, to, reason }));

/** Crashes of the faulty plugin before its fault. */
let crashesBefore = 0;

async function main() {
  tell('opened');
  live.begin();
  if (isLoaded) await host.enable('faulty');
  if (movesOn) await crashFirst();
  await pause(calmMs);
  Object.assign(live.seen, { longestCall: 0, longestLag: 0, longestLook: 0, missed: 0 });
  tell('set off');
  const first = await setOff(host, live, fault);
  const after = await settled(host, live, { fault, changes });
  await live.end();
  await pause(100);
  tell('report', { ...first, ...after, ...(await report()) });
  const closing = performance.now();
  await Promise.race([host.close(), pause(limits.end)]);
  tell('closed', { closeMs: performance.now() - closing });
}

/** A crash on purpose is none of the fault's. */
async function crashFirst() {
  await moveOn(host, live);
  crashesBefore = 1;
  live.faults = {};
  warnings.length = 0;
}

async function report() {
  const [faulty, innocent] = await Promise.all([host.get('faulty'), host.get('innocent')]);
  const { counters, state, reason } = faulty;
  const lost = live.seen.toldInnocent - innocent.counters.observed;
  const { polluted } = {};
  const crashes = counters.crashes - crashesBefore;
  const named = { causes: live.faults, crashes, observerErrors: counters.observerErrors, warnings };
  return { ...live.seen, state, reason, named, innocent: { state: innocent.state, lost }, polluted };
}

function tell(stage, facts = {}) {
  process.send?.({ stage, ...facts });
}

// Without whoever started it nobody would end it, whatever its plugins are at.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

await main();
