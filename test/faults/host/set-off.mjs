// Sets a fault off, each in its own way.

import { trigger, triggers } from './events.mjs';

/** Returns what was decided or said, and how long that took. */
export async function setOff(host, live, { at }) {
  if (at === 'gate') return askGate(live);
  if (at === 'import' || at === 'start') return timed(() => host.enable('faulty'));
  if (at === 'stop') return timed(() => host.disable('faulty'));
  host[at](triggers[at]());
  return {};
}

function askGate(live) {
  const { decision, ms } = live.call(trigger);
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
