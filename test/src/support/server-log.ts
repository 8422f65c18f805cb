// The log of a server process: collects its lines, and waits for one.

export interface LogLine {
  /** pino's level: 30 is info, 40 a warning. */
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

interface Waiting {
  readonly isIt: (line: LogLine) => boolean;
  readonly resolve: (line: LogLine) => void;
  readonly reject: (error: Error) => void;
}

const patienceMs = 15_000;

export class ServerLog {
  readonly #lines: LogLine[] = [];
  readonly #waiting = new Set<Waiting>();
  readonly #onLine: (line: LogLine) => void;

  constructor(onLine: (line: LogLine) => void) {
    this.#onLine = onLine;
  }

  add(text: string): void {
    const line = lineOf(text);
    this.#lines.push(line);
    this.#onLine(line);
    for (const waiting of this.#waiting) if (waiting.isIt(line)) this.#settle(waiting, line);
  }

  /** Ends the log: rejects all waits. */
  end(why: string): void {
    for (const waiting of this.#waiting) this.#settle(waiting, new Error(why));
  }

  /** Resolves with the first matching line, which may already have arrived. Rejects when it does not come. */
  line(isIt: (line: LogLine) => boolean): Promise<LogLine> {
    const already = this.#lines.find(isIt);
    if (already) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const waiting = { isIt, resolve, reject };
      this.#waiting.add(waiting);
      const tooLate = new Error(`the server did not log it within ${patienceMs / 1000} s`);
      setTimeout(() => this.#settle(waiting, tooLate), patienceMs).unref();
    });
  }

  /** Returns the last lines of level `least` or above. */
  tail(count: number, least: number): readonly LogLine[] {
    return this.#lines.filter(({ level }) => level >= least).slice(-count);
  }

  #settle(waiting: Waiting, end: LogLine | Error): void {
    this.#waiting.delete(waiting);
    if (end instanceof Error) waiting.reject(end);
    else waiting.resolve(end);
  }
}

/** Parses a line. The server prints JSON; Node itself, when it crashes, does not. */
function lineOf(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: 50, msg: text };
  }
}
