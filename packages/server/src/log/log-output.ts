// The standard output as the destination of the log: a line that cannot be written is counted, and blocks nothing.

import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

export interface LogOutputOptions {
  readonly descriptor: number;
  /** Formats a line for people. */
  readonly format?: (line: string) => string;
  /** Called when a line could be written again, with the number of lines lost before it and the last cause. */
  readonly recovered: (lost: number, code: string) => void;
}

/** Bytes that may wait for a slow reader; lines beyond are lost. */
const waitingMax = 1024 * 1024;
/** Time after which a full pipe is retried, in ms. */
const retryMs = 50;
/** Time for which the end of the process waits for a slow reader, in ms. */
const lastTriesMs = 500;

/**
 * Writes synchronously, so that a line is out before anything that follows from it, and a crash loses none. Node opens
 * pipes as non-blocking: a full one fails with EAGAIN and never blocks the thread.
 */
export class LogOutput {
  readonly descriptor: number;
  readonly #options: LogOutputOptions;
  #lost = 0;
  /** Number of lost lines that have been reported. */
  #reported = 0;
  #code = '';
  /** True when a line was truncated: the next one then begins on a new line. */
  #isTorn = false;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LogOutputOptions) {
    this.descriptor = options.descriptor;
    this.#options = options;
  }

  /** Lines that were never written, since the start. */
  get lost(): number {
    return this.#lost;
  }

  /** Never throws. */
  write(line: string): void {
    const { format } = this.#options;
    const bytes = Buffer.from(format === undefined ? line : format(line));
    if (this.#waiting.length > 0) this.#wait(bytes);
    else this.#put(this.#isTorn ? Buffer.concat([newline, bytes]) : bytes);
  }

  /** Writes the waiting lines at the end of the process, as far as they are read within `lastTriesMs`. */
  readonly #end = (): void => {
    const until = performance.now() + lastTriesMs;
    while (this.#waiting.length > 0 && performance.now() < until) {
      this.#writeWaiting();
      if (this.#waiting.length > 0) Atomics.wait(pause, 0, 0, 10);
    }
  };

  #put(bytes: Buffer): void {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.descriptor, bytes, written);
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') this.#wait(bytes.subarray(written));
      else {
        this.#lose(code);
        this.#isTorn ||= written > 0;
      }
      return;
    }
    this.#isTorn = false;
    this.#report();
  }

  #wait(bytes: Buffer): void {
    if (this.#waitingBytes + bytes.length > waitingMax) {
      this.#lose('EAGAIN');
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#writeWaiting, retryMs).unref();
    process.once('exit', this.#end);
  }

  readonly #writeWaiting = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    process.off('exit', this.#end);
    const waiting = this.#waiting.splice(0);
    this.#waitingBytes = 0;
    for (const bytes of waiting) {
      if (this.#waiting.length > 0) this.#wait(bytes);
      else this.#put(bytes);
    }
  };

  #lose(code: string): void {
    this.#lost += 1;
    this.#code = code;
  }

  /** Reports lost lines. The report is itself a line, and may be lost. */
  #report(): void {
    const lost = this.#lost - this.#reported;
    if (lost === 0) return;
    this.#reported = this.#lost;
    this.#options.recovered(lost, this.#code);
  }
}

const newline = Buffer.from('\n');
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Ignores errors of streams: else a failed write of, for example, Node's own warnings would end the process. */
export function surviveLostOutput(streams: readonly Writable[]): void {
  for (const stream of streams) stream.off('error', ignore).on('error', ignore);
}

const ignore = () => {};
