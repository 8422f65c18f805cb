// Whose turn it is to start: as many side by side as there are cores, and those that are waited for first.

import { StartTurns, type Urgency } from '@gatehouse/host/internal/supervisor/start-turns';
import t from 'tap';

/** Starts that are ended by hand, and the order in which they began. */
class Starts {
  readonly turns: StartTurns;
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly never = new AbortController().signal;

  constructor(sideBySide: number) {
    this.turns = new StartTurns(sideBySide);
  }

  add(name: string, urgency: Urgency, signal = this.never): Promise<void> {
    return this.turns.run(urgency, signal, async () => {
      this.begun.push(name);
      await new Promise<void>((resolve) => this.#ends.set(name, resolve));
    });
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await settled();
  }
}

/** Lets everything happen that is to happen at once. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

t.test('only as many start side by side as there are cores, in their order', async (t) => {
  const starts = new Starts(2);
  const all = ['a', 'b', 'c', 'd'].map((name) => starts.add(name, 'usual'));
  await settled();
  t.same(starts.begun, ['a', 'b']);
  await starts.end('b');
  t.same(starts.begun, ['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd']) await starts.end(name);
  await Promise.all(all);
});

t.test('observers wait for guards, and nobody who is awaited waits for either', async (t) => {
  const starts = new Starts(1);
  const all = [
    starts.add('a', 'later'),
    starts.add('b', 'later'),
    starts.add('c', 'usual'),
    starts.add('d', 'awaited'),
  ];
  await settled();
  t.same(starts.begun, ['a', 'd']);
  for (const name of ['a', 'c', 'b', 'd']) await starts.end(name);
  t.same(starts.begun, ['a', 'd', 'c', 'b']);
  await Promise.all(all);
});

t.test('who is stopped while it waits never begins, and keeps nobody waiting', async (t) => {
  const starts = new Starts(1);
  const stopped = new AbortController();
  const all = [starts.add('a', 'usual'), starts.add('b', 'usual', stopped.signal), starts.add('c', 'usual')];
  await settled();
  stopped.abort();
  await all[1];
  await starts.end('a');
  t.same(starts.begun, ['a', 'c']);
  await starts.end('c');
  await Promise.all(all);
});

t.test('a start that takes long holds up others for 3 s only', async (t) => {
  const starts = new Starts(1);
  const long = starts.add('long', 'usual');
  const from = performance.now();
  await starts.turns.run('usual', starts.never, async () => {
    t.ok(performance.now() - from >= 2990);
  });
  await starts.end('long');
  await long;
});
