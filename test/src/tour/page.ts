// What the tour prints: chapters with their steps, and at the end a list of what was shown.

import { styleText } from 'node:util';
import type { LogLine } from '../support/server-log.js';

type Style = Parameters<typeof styleText>[0];

const columns = { who: 10, does: 42 };

export class Page {
  readonly #coloured: boolean;
  readonly #verbose: boolean;

  constructor({ verbose }: { readonly verbose: boolean }) {
    this.#coloured = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
    this.#verbose = verbose;
  }

  heading(text: string): void {
    this.#print(`\n${this.#styled('bold', text)}`);
  }

  /**
   * One step: somebody asks for something, and `see` makes sure of the answer and says what it is.
   * @throws what either throws, after it was printed
   */
  async step<T>(who: string, does: string, ask: () => Promise<T>, see: (answer: T) => string): Promise<T> {
    const text = `${this.#styled('cyan', who.padEnd(columns.who))}${does.padEnd(columns.does)}`;
    try {
      const answer = await ask();
      const seen = see(answer);
      this.#print(`  ${this.#styled('green', '✓')} ${text} ${seen}`);
      return answer;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#print(`  ${this.#styled('red', '✗')} ${text} ${why}`);
      throw error;
    }
  }

  /** A line of the list at the end. */
  shown(title: string, end: 'ok' | 'FAILED' | 'not shown'): void {
    const style = { ok: 'green', FAILED: 'red', 'not shown': 'yellow' } as const;
    this.#print(`  ${this.#styled(style[end], end.padEnd(9))} ${title}`);
  }

  note(text: string): void {
    this.#print(`    ${this.#styled('dim', text)}`);
  }

  /** A line of the server's log, for those who asked to see them. */
  log(line: LogLine): void {
    if (this.#verbose) this.note(logText(line));
  }

  #styled(style: Style, text: string): string {
    return this.#coloured ? styleText(style, text) : text;
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}

const hidden = new Set(['level', 'time', 'msg', 'plugin']);

export function logText(line: LogLine): string {
  const fields = Object.entries(line).filter(([name]) => !hidden.has(name));
  const about = typeof line.plugin === 'string' ? `[${line.plugin}] ` : '';
  return `${about}${line.msg}${fields.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(fields))}`}`;
}
