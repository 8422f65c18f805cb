// The runner: tries one promise with one store, in a folder of its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreName } from './openers.js';
import { Place } from './place.js';
import type { Trial } from './promise.js';

/** A store that does not answer within this time breaks the promise. */
const patienceMs = 10_000;

/** Returns what the trial threw, or undefined when the store keeps the promise. */
export async function failureOf(trial: Trial, name: StoreName): Promise<Error | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'));
  const place = new Place(name, join(folder, 'store'));
  try {
    await bounded(trial(place));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(`threw ${String(error)}`);
  } finally {
    await place.close();
    // A broken store may still be writing.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function bounded(tried: Promise<void>): Promise<void> {
  let bound: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    bound = setTimeout(() => reject(new Error(`there was no end within ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    await Promise.race([tried, late]);
  } finally {
    clearTimeout(bound);
  }
}
