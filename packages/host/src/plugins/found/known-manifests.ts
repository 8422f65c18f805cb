// Manifests that were read before. Folders are looked into again and again, and mostly nothing has changed.

import { type Manifest, parseManifest } from './manifest.js';

type Outcome = { readonly manifest: Manifest } | { readonly error: unknown };

const outcomes = new Map<string, Outcome>();
const maxOutcomes = 256;

/**
 * What `parseManifest` gives or throws, found out once for each field as written. A refusal is remembered too: to
 * find out that a schema takes too long takes long each time, and the caller's thread stands still meanwhile.
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

/** The latest used stand last, so that the first is the one to forget. */
function keep(written: string, outcome: Outcome): void {
  outcomes.delete(written);
  outcomes.set(written, outcome);
  const [oldest] = outcomes.keys();
  if (outcomes.size > maxOutcomes && oldest !== undefined) outcomes.delete(oldest);
}
