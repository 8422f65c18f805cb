// The certificate and key of the server, read from their files again whenever these change.

import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type Server } from 'node:tls';
import type { FastifyBaseLogger } from 'fastify';
import { SettingsError } from '../config/read-settings.js';

interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** How often the files are looked at, in ms. Looking finds what a watch misses: links that are moved, mounted folders. */
const lookMs = 1_000;

export class Tls {
  readonly #files: readonly [cert: string, key: string];
  readonly #log: Pick<FastifyBaseLogger, 'info' | 'error'>;
  readonly #servers = new Set<Server>();
  #pair: Pair;

  private constructor(files: readonly [string, string], pair: Pair, log: Pick<FastifyBaseLogger, 'info' | 'error'>) {
    this.#files = files;
    this.#pair = pair;
    this.#log = log;
  }

  /** @throws SettingsError when the files cannot be read, or are not a certificate and its key */
  static async open(cert: string, key: string, log: Pick<FastifyBaseLogger, 'info' | 'error'>): Promise<Tls> {
    try {
      const tls = new Tls([cert, key], await readPair([cert, key]), log);
      for (const file of [cert, key]) watchFile(file, { interval: lookMs, persistent: false }, tls.#looked);
      return tls;
    } catch (error) {
      throw new SettingsError(`tlsCert (${cert}) and tlsKey (${key}) cannot be used: ${(error as Error).message}`);
    }
  }

  /** What a server begins with. */
  get pair(): Pair {
    return this.#pair;
  }

  /** Connections that come after a change get the new pair; the others keep theirs. */
  follow(server: Server): void {
    this.#servers.add(server);
  }

  close(): void {
    for (const file of this.#files) unwatchFile(file, this.#looked);
  }

  readonly #looked = (now: Stats, before: Stats) => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) void this.#reload();
  };

  /** While only one of the two files is new they do not fit, and the old pair stays. */
  async #reload(): Promise<void> {
    try {
      this.#pair = await readPair(this.#files);
      for (const server of this.#servers) server.setSecureContext(this.#pair);
      this.#log.info('the new TLS certificate is in use');
    } catch (error) {
      this.#log.error({ err: error }, 'the new TLS certificate and key cannot be used; the old ones stay');
    }
  }
}

async function readPair([certFile, keyFile]: readonly [string, string]): Promise<Pair> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  createSecureContext({ cert, key });
  return { cert, key };
}
