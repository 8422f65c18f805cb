// A pino logger that writes to memory, and lets a test wait for a line.

import { type Logger, pino } from 'pino';

/** One line of the log, as pino wrote it. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly plugin?: string;
  readonly [field: string]: unknown;
}

export class LogLines {
  readonly all: LogLine[] = [];
  readonly logger: Logger;
  #waiting: (() => void)[] = [];

  constructor() {
    this.logger = pino({ level: 'trace', base: null }, { write: (line: string) => this.#add(JSON.parse(line)) });
  }

  /** The lines that have this message, or contain it. */
  of(message: string | RegExp): readonly LogLine[] {
    return this.all.filter(({ msg }) => (typeof message === 'string' ? msg === message : message.test(msg)));
  }

  /** Resolves with the lines of this message once there are so many. */
  async until(message: string | RegExp, count = 1): Promise<readonly LogLine[]> {
    for (;;) {
      const found = this.of(message);
      if (found.length >= count) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #add(line: LogLine): void {
    this.all.push(line);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
