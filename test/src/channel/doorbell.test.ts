// The doorbell in every interleaving: no wake-up is lost, and the checker sees it where one would be.

import { Bell, stance } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { explore, type Step } from './interleavings.js';

/** Words of the model: the bell, its sleeper's stance, and the counter of calls that stands for the work. */
interface Shared {
  words: number[];
  /** What the sleeper read from the bell, and how many calls it has served. */
  count: number;
  served: number;
  asleep: boolean;
  calls: number;
}

const BELL = 0;
const STANCE = 1;
const CALL = 2;
const calls = 3;

const initial: Shared = { words: [0, stance.BUSY, 0], count: 0, served: 0, asleep: false, calls: 0 };

/** Does something with a real bell over the model's words, and puts back what became of them. */
function withBell<T>(state: Shared, act: (bell: Bell, words: Int32Array) => T): T {
  const words = new Int32Array(new SharedArrayBuffer(12));
  words.set(state.words);
  const result = act(new Bell(words, BELL, STANCE), words);
  state.words = [...words];
  return result;
}

const hasWork = (state: Shared) => state.words[CALL] !== state.served;

/** The sleeper as ServeLoop and AnswerWait have it, one atomic access a step. */
const sleeper: Record<'serve' | 'readBell' | 'park' | 'lookAgain' | 'sleep' | 'wake', Step<Shared>> = {
  serve: (state) => {
    if (!hasWork(state)) return 1;
    state.served++;
    return state.served === calls ? 'done' : 0;
  },
  readBell: (state) => {
    state.count = withBell(state, (bell) => bell.count());
    return 2;
  },
  park: (state) => {
    withBell(state, (bell) => bell.setStance(stance.PARKED));
    return 3;
  },
  lookAgain: (state) => (hasWork(state) ? 5 : 4),
  // Atomics.wait compares and falls asleep in one; asleep, it goes on when a ring has woken it.
  sleep: (state) => {
    if (state.asleep) return 'blocked';
    if (state.words[BELL] !== state.count) return 5;
    state.asleep = true;
    return 4;
  },
  wake: (state) => {
    withBell(state, (bell) => bell.setStance(stance.BUSY));
    return 0;
  },
};

/** The other side: puts a call in place, looks at the stance, rings if need be; then the next call, without waiting. */
const caller: readonly Step<Shared>[] = [
  (state) => {
    state.words[CALL] = ++state.calls;
    return 1;
  },
  (state) => (state.words[STANCE] === stance.PARKED ? 2 : afterCall(state)),
  (state) => {
    withBell(state, (bell) => bell.ring());
    state.asleep = false;
    return afterCall(state);
  },
];

const afterCall = (state: Shared) => (state.calls === calls ? 'done' : 0);

const { serve, readBell, park, lookAgain, sleep, wake } = sleeper;

t.test('a sleeper serves every call, in whatever order the threads take their steps', async (t) => {
  const found = explore(initial, [[serve, readBell, park, lookAgain, sleep, wake], caller]);
  t.equal(found.deadlock, undefined);
  t.ok(found.moments > 100, `${found.moments} moments were looked at`);
});

t.test('without the second look a wake-up is lost, and the search finds it', async (t) => {
  const trusting: Step<Shared> = () => 4;
  t.ok(explore(initial, [[serve, readBell, park, trusting, sleep, wake], caller]).deadlock);
});

t.test('with the bell read after the second look a wake-up is lost, and the search finds it', async (t) => {
  const late: readonly Step<Shared>[] = [
    serve,
    (state) => {
      park(state);
      return 2;
    },
    (state) => (hasWork(state) ? 5 : 3),
    (state) => {
      readBell(state);
      return 4;
    },
    sleep,
    wake,
  ];
  t.ok(explore(initial, [late, caller]).deadlock);
});

t.test(
  'a caller that looks at the stance before its call is in place loses a wake-up, and the search finds it',
  async (t) => {
    const hasty: readonly Step<Shared>[] = [
      (state) => (state.words[STANCE] === stance.PARKED ? 2 : 1),
      (state) => {
        state.words[CALL] = ++state.calls;
        return afterCall(state);
      },
      (state) => {
        state.words[CALL] = ++state.calls;
        return 3;
      },
      (state) => {
        withBell(state, (bell) => bell.ring());
        state.asleep = false;
        return afterCall(state);
      },
    ];
    t.ok(explore(initial, [[serve, readBell, park, lookAgain, sleep, wake], hasty]).deadlock);
  },
);
