// The certificate and key of the server, read again whenever their files change.

import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type Server } from 'node:tls';
import { conditionTable, type FoundCondition } from '@gatehouse/host/admin';
import { exposureOf } from '@gatehouse/support/private-file';
import type { FastifyBaseLogger } from 'fastify';
import { SettingsError } from '../config/read-settings.js';
import { type CertificateState, type CertificateValidity, conditionOf, stateOf, validityOf } from './certificate.js';

interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly validity: CertificateValidity;
}

type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;

/** Interval of polling the files, in ms. Polling finds what a watch misses: links that are moved, mounted folders. */
const lookMs = 1_000;
const dayMs = 86_400_000;

export class Tls {
  readonly #files: readonly [cert: string, key: string];
  readonly #log: Log;
  readonly #servers = new Set<Server>();
  readonly #daily: NodeJS.Timeout;
  #pair: Pair;

  private constructor(files: readonly [string, string], pair: Pair, log: Log) {
    this.#files = files;
    this.#pair = pair;
    this.#log = log;
    for (const file of files) watchFile(file, { interval: lookMs, persistent: false }, this.#looked);
    this.#daily = setInterval(() => this.logCondition(), dayMs).unref();
    this.logCondition();
  }

  /** @throws SettingsError when the files cannot be read, or are not a certificate and its key */
  static async open(cert: string, key: string, log: Log): Promise<Tls> {
    try {
      return new Tls([cert, key], await readPair([cert, key]), log);
    } catch (error) {
      throw new SettingsError(`tlsCert (${cert}) and tlsKey (${key}) cannot be used: ${(error as Error).message}`);
    }
  }

  /** The current pair, with which a server starts. */
  get pair(): Pick<Pair, 'cert' | 'key'> {
    const { cert, key } = this.#pair;
    return { cert, key };
  }

  /** Returns when the first certificate in the file expires, and its state. In wall-clock time, like certificates. */
  certificate(now = Date.now()): { readonly expiresAt: number; readonly state: CertificateState } {
    const { validity } = this.#pair;
    return { expiresAt: validity.expiresAt, state: stateOf(validity, now) };
  }

  /** Undefined while the certificate is valid for more than 30 days. */
  certificateCondition(now = Date.now()): FoundCondition | undefined {
    return conditionOf(this.#pair.validity, now);
  }

  /** Logs the condition of the certificate, if it has one. Called at the start, every day, and for a new certificate. */
  logCondition(now = Date.now()): void {
    const condition = this.certificateCondition(now);
    if (condition === undefined) return;
    const { expiresAt, state } = this.certificate(now);
    const fields = { state, expiresAt: new Date(expiresAt).toISOString() };
    const level = conditionTable[condition.name].severity === 'alert' ? 'error' : 'warn';
    this.#log[level](fields, condition.reason);
  }

  /** Updates the server after every change. New connections get the new pair; the others keep theirs. */
  follow(server: Server): void {
    this.#servers.add(server);
  }

  close(): void {
    clearInterval(this.#daily);
    for (const file of this.#files) unwatchFile(file, this.#looked);
  }

  readonly #looked = (now: Stats, before: Stats) => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) void this.readAgain();
  };

  /** Reads the pair again. While only one of the two files is new they do not match, and the old pair stays. */
  async readAgain(): Promise<void> {
    try {
      const pair = await readPair(this.#files);
      // Both files change, and each change is noticed.
      if (pair.cert.equals(this.#pair.cert) && pair.key.equals(this.#pair.key)) return;
      this.#pair = pair;
      for (const server of this.#servers) server.setSecureContext(this.pair);
      this.#log.info('the new TLS certificate is in use');
      this.logCondition();
    } catch (error) {
      this.#log.error({ err: error }, 'the new TLS certificate and key cannot be used; the old ones stay');
    }
  }
}

/** @throws when others may read the key, or the files are not a certificate and its key */
async function readPair([certFile, keyFile]: readonly [string, string]): Promise<Pair> {
  const exposure = await exposureOf(keyFile, { groupOfRoot: true });
  if (exposure !== undefined) throw new Error(exposure);
  const [cert, key] = await Promise.all([readPem(certFile), readPem(keyFile)]);
  createSecureContext({ cert, key });
  return { cert, key, validity: validityOf(cert) };
}

const byteOrderMark = Buffer.from('\uFEFF');

/** Reads a file without the mark that some editors put in front, with which OpenSSL finds nothing in it. */
async function readPem(file: string): Promise<Buffer> {
  const bytes = await readFile(file);
  return bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? bytes.subarray(byteOrderMark.length) : bytes;
}
