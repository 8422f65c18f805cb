// The standard output as the destination of the log: a line that cannot be written is counted, and stops nobody.

import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

export interface LogOutputOptions {
  readonly descriptor: number;
  /** Turns a line into another, for people. */
  readonly format?: (line: string) => string;
  /** Called after the first line that could be written again, with the number of lines lost and the last cause. */
  readonly recovered: (lost: number, code: string) => void;
}

/** Bytes that wait for a reader who is slow; what comes on top is lost. */
const waitingMax = 1024 * 1024;
/** How often a pipe is tried again that was full, in ms. */
const retryMs = 50;
/** How long the end of the process waits for a reader who is slow, in ms. */
const lastTriesMs = 500;

/**
 * Writes synchronously, so that a line is out before anything follows from it, and a crash loses none. Node opens pipes
 * without blocking: a full one says EAGAIN and never holds the thread.
 */
export class LogOutput {
  readonly descriptor: number;
  readonly #options: LogOutputOptions;
  #lost = 0;
  /** Of those, how many have been reported. */
  #reported = 0;
  #code = '';
  /** A line was cut in the middle: the next one begins on a line of its own. */
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

  /** At the end of the process: writes what waits, as far as it is read within a moment. */
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

  /** The report is itself a line, and may be lost. */
  #report(): void {
    const lost = this.#lost - this.#reported;
    if (lost === 0) return;
    this.#reported = this.#lost;
    this.#options.recovered(lost, this.#code);
  }
}

const newline = Buffer.from('\n');
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Node's own warnings, and whatever else is printed, would end the process where nobody listens for the error. */
export function surviveLostOutput(streams: readonly Writable[]): void {
  for (const stream of streams) stream.off('error', ignore).on('error', ignore);
}

const ignore = () => {};
