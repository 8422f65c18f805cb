// A cache of parsed manifests: folders are scanned repeatedly, and mostly nothing has changed.

import { type Manifest, parseManifest } from './manifest.js';

type Outcome = { readonly manifest: Manifest } | { readonly error: unknown };

const outcomes = new Map<string, Outcome>();
const maxOutcomes = 256;

/**
 * Returns or throws the result of `parseManifest`, which runs once for each field as written. A refusal is cached too,
 * because finding that a schema takes too long takes long each time, and blocks the caller's thread.
 */
export function manifestOf(field: unknown, plugin: string, file: string): Manifest {
  const written = JSON.stringify([plugin, file, field]);
  const outcome = outcomes.get(written) ?? outcomeOf(field, plugin, file);
  keep(written, outcome);
  if ('error' in outcome) throw outcome.error;
  return outcome.manifest;
}

function outcomeOf(field: unknown, plugin: string, file: string): Outcome {
  try {
    return { manifest: parseManifest(field, plugin, file) };
  } catch (error) {
    return { error };
  }
}

/** Moves the outcome to the end, so that the first one is the least recently used and is evicted. */
function keep(written: string, outcome: Outcome): void {
  outcomes.delete(written);
  outcomes.set(written, outcome);
  const [oldest] = outcomes.keys();
  if (outcomes.size > maxOutcomes && oldest !== undefined) outcomes.delete(oldest);
}
