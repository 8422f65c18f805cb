// Why a supervisor cannot start, and what to do about it. Its thread reads files of its own, which a bundle or an
// archive does not have where they are looked for.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The circumstances of a supervisor that ended before it had begun. */
export interface FailedStart {
  readonly cause: string;
  /** The file of its thread; undefined in a bundle that has no address of its own. */
  readonly file: string | undefined;
  /** The version of Yarn's Plug'n'Play that runs in this process, if any. */
  readonly pnp: string | undefined;
}

/** Returns the path that a function finds; undefined if it throws. In a CommonJS bundle `import.meta.url` is missing. */
export function pathFrom(url: () => URL): string | undefined {
  try {
    return fileURLToPath(url());
  } catch {
    return undefined;
  }
}

export function failedStart(cause: string, file: string | undefined): FailedStart {
  return { cause, file, pnp: process.versions['pnp'] };
}

/** Whether another attempt would fail in the same way. */
export function isForGood({ cause, file }: FailedStart): boolean {
  return !isThere(file) || /Cannot find (?:module|package)/.test(cause);
}

/** Returns what to do, as a sentence. */
export function adviceFor({ cause, file, pnp }: FailedStart): string {
  if (pnp !== undefined && isForGood({ cause, file, pnp }))
    return "Yarn's Plug'n'Play keeps packages where threads cannot read them: set `nodeLinker: node-modules` in .yarnrc.yml, and install again";
  if (!isThere(file) || /Cannot find module/.test(cause))
    return (
      '@gatehouse/host starts threads from files of its own, which a bundle does not contain: leave it out of the bundle ' +
      '(esbuild: --external:@gatehouse/host; the option `external` or `externals` of other bundlers), and have it installed where the program runs'
    );
  if (/Cannot find package/.test(cause))
    return 'a package that @gatehouse/host depends on is not installed beside it: install the dependencies again';
  if (/\bE[MN]FILE\b/.test(cause)) return 'the process has no file descriptors left: raise its limit (ulimit -n)';
  if (/\bEAGAIN\b|ERR_WORKER_INIT_FAILED/.test(cause))
    return 'the process may start no more threads: raise its limit (ulimit -u, or pids of its container)';
  if (/Access to this API has been restricted/.test(cause))
    return 'Node runs with --permission, and may start no threads: add --allow-worker (and --allow-fs-read=* for what they load)';
  return 'the log of the host has every attempt';
}

function isThere(file: string | undefined): boolean {
  return file !== undefined && existsSync(file);
}
