// The log of a server that runs as a process: its lines as they come, and waiting for one.

export interface LogLine {
  /** As pino counts: 30 is info, 40 a warning. */
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

  /** Nothing more will come. */
  end(why: string): void {
    for (const waiting of this.#waiting) this.#settle(waiting, new Error(why));
  }

  /** The first line of that kind, which may have come already. Rejects when it does not come. */
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

  /** The last lines, of level `least` or more. */
  tail(count: number, least: number): readonly LogLine[] {
    return this.#lines.filter(({ level }) => level >= least).slice(-count);
  }

  #settle(waiting: Waiting, end: LogLine | Error): void {
    this.#waiting.delete(waiting);
    if (end instanceof Error) waiting.reject(end);
    else waiting.resolve(end);
  }
}

/** What the server prints is JSON; what is printed by Node in its stead, before it dies, is not. */
function lineOf(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: 50, msg: text };
  }
}
