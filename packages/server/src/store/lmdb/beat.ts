// The beat of the server that holds a store: a small file beside it that is touched once a second. A newcomer looks at
// it before it opens the store. It does not keep anybody out: the fence does.

import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { lifeOf, ownIdentity, type ProcessIdentity } from '@gatehouse/support/process-identity';

const beatMs = 1_000;
/** A holder whose beat has stopped for so long counts as gone. */
const staleMs = 5_000;
/** Time that a newcomer waits for a living holder to end. */
const waitMs = 10_000;
const lookMs = 250;
/** Time that a server has to end once its store was taken. */
const releaseMs = 3_000;

export const beatFile = (folder: string) => join(folder, 'beat');

interface Seen {
  readonly holder: ProcessIdentity;
  readonly beatAt: number;
}

/** Touches the file once a second, as long as `check` does not throw. */
export class Beat {
  readonly #path: string;
  readonly #check: () => void;
  readonly #content = JSON.stringify(ownIdentity());
  readonly #timer: NodeJS.Timeout;
  #underWay: Promise<void>;

  constructor(folder: string, check: () => void) {
    this.#path = beatFile(folder);
    this.#check = check;
    this.#underWay = this.#write();
    this.#timer = setInterval(() => {
      // A store that is lost, or cannot be read, does not beat.
      this.#underWay = this.#underWay.then(() => this.#beat()).catch(() => {});
    }, beatMs).unref();
  }

  /** Removes the file, unless it is another server's by now. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
    const found = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (found === this.#content) await rm(this.#path, { force: true });
  }

  async #beat(): Promise<void> {
    this.#check();
    const now = new Date();
    // Touching needs no room on the disk.
    await utimes(this.#path, now, now).catch(() => this.#write());
  }

  /** Without a file, newcomers do not wait, and the fence alone keeps two servers apart. */
  async #write(): Promise<void> {
    await writeFile(this.#path, this.#content, { mode: 0o600 }).catch(() => {});
  }
}

/**
 * Waits while another server beats, but no longer than 10 s. Resolves to a description of that server if it still does
 * then. `onWait` is called with a sentence for the log before it waits.
 */
export async function awaitHolder(folder: string, onWait: (why: string) => void): Promise<string | undefined> {
  let seen = await look(folder);
  if (seen === undefined) return undefined;
  const from = performance.now();
  let beatAt = from - Math.max(0, Date.now() - seen.beatAt);
  if (from - beatAt >= staleMs) return undefined;
  const server = `another server (process ${seen.holder.pid}, perhaps of another container or machine)`;
  onWait(`waiting up to ${waitMs / 1_000} s, because ${server} seems to use the store in ${folder}`);
  while (performance.now() - from < waitMs) {
    await after(lookMs);
    const next = await look(folder);
    if (next === undefined) return undefined;
    // The clock of the holder may differ: a beat is a change, whatever its time.
    if (next.beatAt !== seen.beatAt) beatAt = performance.now();
    seen = next;
    if (performance.now() - beatAt >= staleMs) return undefined;
  }
  return `${server} uses the store in ${folder}: stop it, or start with --take-over, which ends it`;
}

/** Waits until the server from which the store was taken has let go of it, or has had the time to. */
export async function awaitRelease(folder: string): Promise<void> {
  const until = performance.now() + releaseMs;
  while (performance.now() < until) {
    const seen = await look(folder);
    if (seen === undefined || Date.now() - seen.beatAt >= staleMs) return;
    await after(lookMs);
  }
}

/** True if the last holder has not closed the store, whether it is gone or not. */
export async function wasLeftOpen(folder: string): Promise<boolean> {
  return (await stat(beatFile(folder)).catch(() => undefined)) !== undefined;
}

/** True unless the last holder has closed the store, or is gone for certain. */
export async function mayBeHeld(folder: string): Promise<boolean> {
  return (await look(folder)) !== undefined;
}

/** Returns undefined when there is no holder, or it is gone for certain. */
async function look(folder: string): Promise<Seen | undefined> {
  try {
    const holder: ProcessIdentity = JSON.parse(await readFile(beatFile(folder), 'utf8'));
    if (lifeOf(holder) === 'gone') return undefined;
    return { holder, beatAt: (await stat(beatFile(folder))).mtimeMs };
  } catch {
    // Missing, or truncated by a crash.
    return undefined;
  }
}
