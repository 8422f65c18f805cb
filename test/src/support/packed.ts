// The published packages as tarballs.

import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const script = fileURLToPath(new URL('../../../scripts/pack.mjs', import.meta.url));

/** Packing takes five seconds, and its build some more. */
const packMs = 120_000;

/**
 * Packs every published package into a folder, and returns the paths of the tarballs by the names of the packages.
 * They name each other by version, so whoever installs one names those that it needs as well.
 */
export async function packInto(folder: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await run(process.execPath, [script, '--to', folder], { timeout: packMs });
  const tarballs = stdout.split('\n').filter((line) => line.endsWith('.tgz'));
  return new Map(tarballs.map((path) => [nameOf(path), path]));
}

/** Returns the name of a package from that of its tarball. */
function nameOf(tarball: string): string {
  const name = tarball.replace(/^.*[\\/]/, '').replace(/-\d.*$/, '');
  return name.replace(/^gatehouse-/, '@gatehouse/');
}
