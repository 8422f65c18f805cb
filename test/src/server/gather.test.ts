// What arrives in one turn of the event loop is handled together.

import { setImmediate as endOfTurn } from 'node:timers/promises';
import { Gather } from '@gatehouse/server/internal/messages/gather';
import t from 'tap';

t.test('what arrives in one turn is handled at its end, together and in order', async (t) => {
  const handled: (readonly number[])[] = [];
  const gather = new Gather<number>(64, async (items) => void handled.push(items));
  gather.add(1);
  await Promise.resolve();
  gather.add(2);
  process.nextTick(() => gather.add(3));
  t.strictSame(handled, [], 'not before the end');
  await endOfTurn();
  t.strictSame(handled, [[1, 2, 3]]);
  gather.add(4);
  await endOfTurn();
  t.strictSame(handled, [[1, 2, 3], [4]]);
});

t.test('more than the limit is handled in several turns, and others have theirs in between', async (t) => {
  const seen: string[] = [];
  const gather = new Gather<number>(2, async (items) => void seen.push(items.join()));
  for (const item of [1, 2, 3, 4, 5]) gather.add(item);
  for (let turn = 0; turn < 4; turn++) await endOfTurn().then(() => seen.push('turn'));
  t.strictSame(seen.slice(0, 6), ['1,2', 'turn', '3,4', 'turn', '5', 'turn']);
});

t.test('one handful is done before the next is taken', async (t) => {
  const seen: string[] = [];
  let finish = () => {};
  const gather = new Gather<number>(64, async (items) => {
    seen.push(`begin ${items}`);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    seen.push(`end ${items}`);
  });
  gather.add(1);
  await endOfTurn();
  gather.add(2);
  gather.add(3);
  await endOfTurn();
  t.strictSame(seen, ['begin 1']);
  finish();
  await endOfTurn();
  await endOfTurn();
  t.strictSame(seen, ['begin 1', 'end 1', 'begin 2,3']);
  finish();
});
