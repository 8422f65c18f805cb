// The versions of Node that a plugin's package.json asks for.

import process from 'node:process';
import satisfies from 'semver/functions/satisfies.js';
import validRange from 'semver/ranges/valid.js';

/** Longer ranges take long to read. */
const lengthMax = 256;

/** @throws Error in readable words if `engines.node` excludes this Node. */
export function checkEngines(engines: unknown, version = process.version): void {
  const range = (engines as { readonly node?: unknown } | null | undefined)?.node;
  if (range === undefined) return;
  if (typeof range !== 'string' || range.length > lengthMax || validRange(range) === null) {
    throw new Error('package.json: engines.node: expected a range of versions, such as ">=24"');
  }
  if (satisfies(version, range, { includePrerelease: true })) return;
  throw new Error(`it needs Node ${range} (package.json: engines.node), and the server runs on Node ${version}`);
}
