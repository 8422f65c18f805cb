// Two sleeps of one thread on one bell, one that blocks in the middle of one that does not, in every interleaving.

import { Bell, stance } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { explore, type Step } from './interleavings.js';

const BELL = 0;
const STANCE = 1;
/** The words of two sessions: 1 once each has answered. The call to the first does not block, that to the second does. */
const ASYNC = 2;
const BLOCKING = 3;

interface Shared {
  words: number[];
  /** The sleeps that the thread counts. */
  sleeps: number;
  /** What each call read from the bell before it looked. */
  asyncCount: number;
  blockingCount: number;
  /** The thread is asleep in the blocking call. */
  asleep: boolean;
  /** A wait that does not block is outstanding, and its promise has been resolved. */
  armed: boolean;
  rung: boolean;
  /** The calls that have seen their answers. */
  done: number[];
}

const initial: Shared = {
  words: [0, stance.BUSY, 0, 0],
  sleeps: 0,
  asyncCount: 0,
  blockingCount: 0,
  asleep: false,
  armed: false,
  rung: false,
  done: [],
};

/** Does something with a real bell that counts these sleeps, and puts back what became of it. */
function withBell<T>(state: Shared, act: (bell: Bell) => T): T {
  const words = new Int32Array(new SharedArrayBuffer(16));
  const bell = new Bell(words, BELL, STANCE);
  for (let i = 0; i < state.sleeps; i++) bell.park();
  words.set(state.words);
  const result = act(bell);
  state.words = [...words];
  return result;
}

function park(state: Shared): void {
  withBell(state, (bell) => bell.park());
  state.sleeps++;
}

function unpark(state: Shared): void {
  withBell(state, (bell) => bell.unpark());
  state.sleeps--;
}

const at = { askAsync: 0, arm: 4, ask: 5, sleep: 9, unparkBlocking: 10, turn: 11, unparkAsync: 12 };

/** The thread as AnswerSleep and Rings have it, one atomic access a step. */
const server: readonly Step<Shared>[] = [
  (state) => {
    state.asyncCount = withBell(state, (bell) => bell.count());
    return 1;
  },
  (state) => {
    if (state.words[ASYNC] === 0) return 2;
    state.done.push(ASYNC);
    return at.ask;
  },
  (state) => {
    park(state);
    return 3;
  },
  (state) => (state.words[ASYNC] === 0 ? at.arm : at.unparkAsync),
  // Atomics.waitAsync compares and begins to wait in one.
  (state) => {
    if (!state.armed && state.words[BELL] !== state.asyncCount) return at.unparkAsync;
    state.armed = true;
    return at.ask;
  },
  (state) => {
    if (state.done.includes(BLOCKING)) return at.turn;
    state.blockingCount = withBell(state, (bell) => bell.count());
    return 6;
  },
  (state) => {
    if (state.words[BLOCKING] === 0) return 7;
    state.done.push(BLOCKING);
    return at.turn;
  },
  (state) => {
    park(state);
    return 8;
  },
  (state) => (state.words[BLOCKING] === 0 ? at.sleep : at.unparkBlocking),
  (state) => {
    if (state.asleep) return 'blocked';
    if (state.words[BELL] !== state.blockingCount) return at.unparkBlocking;
    state.asleep = true;
    return at.sleep;
  },
  (state) => {
    unpark(state);
    return at.ask;
  },
  // Back in the event loop, which handles the promise of the wait once it has been resolved.
  (state) => {
    if (state.done.includes(ASYNC)) return 'done';
    if (!state.rung) return 'blocked';
    state.rung = false;
    state.armed = false;
    return at.unparkAsync;
  },
  (state) => {
    unpark(state);
    return at.askAsync;
  },
];

function withStep(step: number, other: Step<Shared>): readonly Step<Shared>[] {
  return server.map((one, i) => (i === step ? other : one));
}

/** Wakes both sleeps, as Atomics.notify does without a count. */
function wakeAll(state: Shared): void {
  state.asleep = false;
  if (state.armed) state.rung = true;
}

/** A session: answers, looks at the stance, rings if need be. */
function session(word: number, wake = wakeAll): readonly Step<Shared>[] {
  return [
    (state) => {
      state.words[word] = 1;
      return 1;
    },
    (state) => (state.words[STANCE] === stance.PARKED ? 2 : 'done'),
    (state) => {
      withBell(state, (bell) => bell.ring());
      wake(state);
      return 'done';
    },
  ];
}

const deadlockOf = (thread: readonly Step<Shared>[], wake = wakeAll) =>
  explore(initial, [thread, session(ASYNC, wake), session(BLOCKING, wake)]).deadlock;

t.test(
  'a blocking call in the middle of one that does not block eats no ring of it, in any order of steps',
  async (t) => {
    const found = explore(initial, [server, session(ASYNC), session(BLOCKING)]);
    t.equal(found.deadlock, undefined);
    t.ok(found.moments > 100, `${found.moments} moments were looked at`);
  },
);

t.test('a blocking call that ends by declaring the thread busy loses a ring, and the search finds it', async (t) => {
  const busy: Step<Shared> = (state) => {
    withBell(state, (bell) => bell.setStance(stance.BUSY));
    state.sleeps--;
    return at.ask;
  };
  t.ok(deadlockOf(withStep(at.unparkBlocking, busy)));
});

t.test(
  'a wait that is armed with a later count than was read before the look loses a ring, and the search finds it',
  async (t) => {
    const late: Step<Shared> = (state) => {
      state.armed = true;
      return at.ask;
    };
    t.ok(deadlockOf(withStep(at.arm, late)));
  },
);

t.test('a ring that the blocking call eats is lost to the other, and the search finds it', async (t) => {
  const eaten = (state: Shared) => {
    if (state.asleep) state.asleep = false;
    else if (state.armed) state.rung = true;
  };
  t.ok(deadlockOf(server, eaten));
});

t.test('a sleep that has not begun does not end', async (t) => {
  const bell = new Bell(new Int32Array(new SharedArrayBuffer(8)), BELL, STANCE);
  bell.park();
  bell.unpark();
  t.throws(() => bell.unpark(), /a sleep ends once, after it has begun/);
});
