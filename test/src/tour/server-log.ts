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
}

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
    for (const waiting of this.#waiting) {
      if (!waiting.isIt(line)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(line);
    }
  }

  /** The first line of that kind, which may have come already. Whoever waits has to know when to give up. */
  line(isIt: (line: LogLine) => boolean): Promise<LogLine> {
    const already = this.#lines.find(isIt);
    if (already) return Promise.resolve(already);
    return new Promise((resolve) => this.#waiting.add({ isIt, resolve }));
  }

  /** The last lines, of level `least` or more. */
  tail(count: number, least: number): readonly LogLine[] {
    return this.#lines.filter(({ level }) => level >= least).slice(-count);
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
