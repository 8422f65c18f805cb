// A pino logger that writes to memory, and lets a test wait for a line.

import { type Logger, pino } from 'pino';
import { Arrivals } from './arrivals.js';

/** One line of the log, as pino wrote it. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly plugin?: string;
  /** The fields of a plugin's own line. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export class LogLines {
  readonly logger: Logger;
  readonly #lines = new Arrivals<LogLine>();

  constructor() {
    this.logger = pino({ level: 'trace', base: null }, { write: (line: string) => this.#lines.add(JSON.parse(line)) });
  }

  get all(): readonly LogLine[] {
    return this.#lines.all;
  }

  /** Returns the lines whose message is this text, or matches this pattern. */
  of(message: string | RegExp): readonly LogLine[] {
    return this.all.filter(({ msg }) => (typeof message === 'string' ? msg === message : message.test(msg)));
  }

  /** Resolves with the lines of this message once there are `count`. */
  until(message: string | RegExp, count = 1): Promise<readonly LogLine[]> {
    return this.#lines.until(() => {
      const found = this.of(message);
      return found.length >= count ? found : undefined;
    });
  }
}
