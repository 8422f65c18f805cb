// Wrong tokens by address: limited, and logged in bounded numbers.

import { ReportLimit } from '@gatehouse/support/report-limit';
import type { FastifyBaseLogger } from 'fastify';

/** Wrong tokens that an address may send in a minute. Each further one is answered by 429. */
const wrongMax = 10;
const minuteMs = 60_000;
/** The most addresses that are remembered. Beyond that, the one whose minute began first is forgotten. */
const remembered = 1_000;
/** Log lines per second for all addresses together. One address gets at most one. */
const linesMax = 5;

interface Tried {
  readonly count: number;
  /** The end of its minute, in ms of the monotonic clock. */
  readonly until: number;
}

export class WrongTokens {
  readonly #tried = new Map<string, Tried>();
  readonly #log: Pick<FastifyBaseLogger, 'warn'>;
  readonly #lines: ReportLimit;

  constructor(log: Pick<FastifyBaseLogger, 'warn'>) {
    this.#log = log;
    this.#lines = new ReportLimit(linesMax, (leftOut) =>
      log.warn({ leftOut }, 'more admin requests had a wrong token'),
    );
  }

  /** Counts a wrong token. Returns the seconds until a retry, if the address has sent too many. */
  count(address: string, now = performance.now()): number | undefined {
    const leftOut = this.#lines.admit([address], now);
    if (leftOut !== undefined) {
      this.#log.warn({ address, ...(leftOut > 0 && { leftOut }) }, 'an admin request had a wrong token');
    }
    const tried = this.#next(address, now);
    return tried.count > wrongMax ? Math.ceil((tried.until - now) / 1_000) : undefined;
  }

  /** The number of addresses that are remembered. */
  get size(): number {
    return this.#tried.size;
  }

  close(): void {
    this.#lines.close();
  }

  #next(address: string, now: number): Tried {
    const before = this.#tried.get(address);
    const isOver = before === undefined || now >= before.until;
    const tried = isOver ? { count: 1, until: now + minuteMs } : { ...before, count: before.count + 1 };
    // Ordered by the beginning of the minutes: an address keeps its place until its minute ends.
    if (isOver) this.#tried.delete(address);
    this.#tried.set(address, tried);
    if (this.#tried.size > remembered) this.#tried.delete(this.#tried.keys().next().value!);
    return tried;
  }
}
