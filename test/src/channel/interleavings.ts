// Runs small threads of atomic steps in every possible order, and finds those in which one of them never ends.

/** A step does one atomic thing to the shared state and says where its thread goes on. */
export type Step<S> = (state: S) => Next;

/** The next step's index; `blocked` to stay asleep for now, without having changed anything; `done` at the end. */
export type Next = number | 'blocked' | 'done';

interface Moment<S> {
  readonly state: S;
  /** Index of each thread's next step; -1 when it has ended. */
  readonly at: readonly number[];
  readonly trace: readonly string[];
}

/** What was found: how many different moments there are, and a trace that leads to one where nobody can go on. */
export interface Exploration {
  readonly moments: number;
  readonly deadlock: readonly string[] | undefined;
}

/** Explores every interleaving. The state has to be plain data that can be cloned and compared as JSON. */
export function explore<S>(initial: S, threads: readonly (readonly Step<S>[])[]): Exploration {
  const seen = new Set<string>();
  const open: Moment<S>[] = [{ state: initial, at: threads.map(() => 0), trace: [] }];
  for (let moment = open.pop(); moment !== undefined; moment = open.pop()) {
    const key = JSON.stringify([moment.state, moment.at]);
    if (seen.has(key)) continue;
    seen.add(key);
    const next = threads.flatMap((steps, thread) => advance(moment, steps, thread));
    if (next.length === 0 && moment.at.some((step) => step !== -1)) {
      return { moments: seen.size, deadlock: moment.trace };
    }
    open.push(...next);
  }
  return { moments: seen.size, deadlock: undefined };
}

function advance<S>({ state, at, trace }: Moment<S>, steps: readonly Step<S>[], thread: number): readonly Moment<S>[] {
  const step = at[thread]!;
  if (step === -1) return [];
  const copy = structuredClone(state);
  const next = steps[step]!(copy);
  if (next === 'blocked') return [];
  const moved = at.map((other, i) => (i === thread ? (next === 'done' ? -1 : next) : other));
  return [{ state: copy, at: moved, trace: [...trace, `thread ${thread}, step ${step}`] }];
}
