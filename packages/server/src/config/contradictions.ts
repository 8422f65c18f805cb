// Settings that contradict each other, or stand where others may read them: a warning each, because the server can run.

import { statSync } from 'node:fs';
import type { Origin } from './given.js';
import type { SettingName, Settings } from './settings.js';

/** Pairs of which the first has no effect above the second. */
const limits = [
  ['messageTtlDays', 'messageTtlMaxDays', 'messages expire after the latter'],
  ['drainSeconds', 'shutdownSeconds', 'the process ends after the latter, whatever is still under way'],
  ['mailboxBytes', 'accountBytes', 'no mailbox holds more than the latter'],
  ['sessionHours', 'sessionMaxHours', 'sessions end after the latter'],
] as const satisfies readonly (readonly [SettingName, SettingName, string])[];

/** Returns a warning for each pair in which the first is above the second. */
export function contradictions(settings: Settings): readonly string[] {
  return limits.flatMap(([name, limit, effect]) => {
    const [value, most] = [settings[name], settings[limit]];
    // 0 bytes mean no limit.
    const isFine = value <= most || (limit === 'accountBytes' && most === 0);
    return isFine ? [] : [`${name} (${value}) is above ${limit} (${most}): ${effect}`];
  });
}

/** Returns a warning if the admin token stands in a settings file that others than its owner may read. */
export function exposedToken(origin: Origin | undefined): readonly string[] {
  if (origin?.source !== 'file') return [];
  const file = origin.place.replace(/:\d+$/, '');
  return isExposed(file) ? [`adminToken (${origin.place}) may be read by others: give ${file} the mode 600`] : [];
}

/** Windows has no such modes. */
function isExposed(file: string): boolean {
  try {
    return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
  } catch {
    return false;
  }
}
