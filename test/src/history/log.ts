// What clients did, as they saw it: each operation is invoked and then ok, failed or of unknown outcome.

/** A message, by the name that its payload bears. No two have the same. */
export interface Addressed {
  readonly mailbox: string;
  readonly id: string;
}

export interface Delivered {
  readonly seq: bigint;
  readonly id: string;
}

export type Call =
  | { readonly does: 'send'; readonly messages: readonly Addressed[] }
  | { readonly does: 'fetch'; readonly mailbox: string; readonly after: bigint; readonly limit: number }
  | { readonly does: 'ack'; readonly mailbox: string; readonly upTo: bigint };

export type Answer =
  /** The number of each message, in the order of the call; undefined where it was refused. */
  | { readonly to: 'send'; readonly seqs: readonly (bigint | undefined)[] }
  | { readonly to: 'fetch'; readonly messages: readonly Delivered[] }
  | { readonly to: 'ack' };

/**
 * How a call ended. `failed`: the server said that it did nothing, or never got the request. `unknown`: the connection
 * broke, and it may have been done, may be done later, or never.
 */
export type Ending =
  | { readonly is: 'ok'; readonly answer: Answer }
  | { readonly is: 'failed' | 'unknown'; readonly why: string };

export type Entry = { readonly op: number } & ({ readonly is: 'invoked'; readonly call: Call } | Ending);

/** Entries stand in the order in which they were added, which is the only time that the checker knows. */
export class Log {
  readonly entries: Entry[] = [];
  #ops = 0;

  /** Call it before the request leaves. Returns what is to be told when it has ended. */
  invoke(call: Call): (ending: Ending) => void {
    const op = this.#ops++;
    this.entries.push({ op, is: 'invoked', call });
    return (ending) => this.entries.push({ op, ...ending });
  }
}

/** One entry a line. */
export function logText(entries: readonly Entry[]): string {
  const numbersAsText = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
  return entries.map((entry) => `${JSON.stringify(entry, numbersAsText)}\n`).join('');
}
