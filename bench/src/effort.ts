// How long everything is measured: thoroughly, or in under 90 seconds.

export interface Effort {
  readonly gate: {
    readonly rounds: number;
    readonly ms: number;
    readonly callsMin: number;
    /** Whether the longer gaps are measured with a caller that works meanwhile, too. */
    readonly busyGaps: boolean;
  };
  readonly server: {
    readonly rounds: number;
    readonly ms: number;
    readonly warmUpMs: number;
    /** Whether every way is measured at every number of connections, or only what has a goal. */
    readonly all: boolean;
  };
  readonly observers: {
    readonly rounds: number;
    readonly burst: number;
    readonly streamMs: number;
    readonly stallMs: number;
  };
  readonly batch: { readonly rounds: number; readonly ms: number };
  /** `callsMs`: of a round of calls one after the other; `ms`: of a server that messages come to. */
  readonly askAsync: {
    readonly rounds: number;
    readonly callsMs: number;
    readonly ms: number;
    readonly warmUpMs: number;
  };
  readonly plugins: { readonly starts: number; readonly rounds: number; readonly ms: number };
  readonly faults: { readonly rounds: number; readonly crashes: number };
  /** `settleMs`: until V8 has collected the garbage of what was done before, which it does bit by bit. */
  readonly idle: { readonly ms: number; readonly settleMs: number };
  readonly goodput: {
    /** At least so many runs of each load count. */
    readonly rounds: number;
    readonly ms: number;
    readonly warmUpMs: number;
    readonly capacityMs: number;
  };
  readonly store: {
    readonly rounds: number;
    /** Messages of a round. */
    readonly messages: number;
    /** Messages before the first round: a message costs more in a store that has grown. */
    readonly warmUp: number;
    /** Messages of a round that have the store to themselves. */
    readonly alone: number;
    /** True if the stores of a million messages and of 100,000 mailboxes are filled, which takes minutes. */
    readonly large: boolean;
  };
  readonly loaded: {
    readonly waiters: number;
    readonly wakes: number;
  };
}

export const thorough: Effort = {
  gate: { rounds: 7, ms: 400, callsMin: 150, busyGaps: true },
  server: { rounds: 4, ms: 2000, warmUpMs: 2000, all: true },
  observers: { rounds: 9, burst: 5000, streamMs: 1500, stallMs: 5000 },
  batch: { rounds: 9, ms: 300 },
  askAsync: { rounds: 5, callsMs: 300, ms: 4000, warmUpMs: 1000 },
  plugins: { starts: 5, rounds: 9, ms: 300 },
  faults: { rounds: 10, crashes: 51 },
  idle: { ms: 20_000, settleMs: 60_000 },
  goodput: { rounds: 5, ms: 5000, warmUpMs: 1500, capacityMs: 3000 },
  store: { rounds: 5, messages: 6400, warmUp: 60_000, alone: 200, large: true },
  loaded: { waiters: 10_000, wakes: 2000 },
};

export const quick: Effort = {
  gate: { rounds: 3, ms: 80, callsMin: 40, busyGaps: false },
  server: { rounds: 3, ms: 400, warmUpMs: 300, all: false },
  observers: { rounds: 3, burst: 5000, streamMs: 300, stallMs: 2000 },
  batch: { rounds: 5, ms: 100 },
  askAsync: { rounds: 3, callsMs: 100, ms: 700, warmUpMs: 200 },
  plugins: { starts: 1, rounds: 5, ms: 100 },
  faults: { rounds: 2, crashes: 11 },
  idle: { ms: 2000, settleMs: 1500 },
  goodput: { rounds: 1, ms: 1500, warmUpMs: 1000, capacityMs: 1000 },
  store: { rounds: 2, messages: 1600, warmUp: 6400, alone: 50, large: false },
  loaded: { waiters: 1000, wakes: 200 },
};
