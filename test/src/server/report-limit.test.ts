// How often something that strangers cause is reported.

import { ReportLimit } from '@gatehouse/support/report-limit';
import t from 'tap';

t.test('each key is reported once a second, all of them so often, and what was left out is counted', async (t) => {
  const limit = new ReportLimit(3, () => {});
  t.equal(limit.admit(['a'], 0), 0);
  t.equal(limit.admit(['a'], 1), undefined);
  t.equal(limit.admit(['b', 'a'], 2), undefined, 'one key is enough');
  t.equal(limit.admit(['b'], 3), 2, 'the two before it');
  t.equal(limit.admit(['c'], 4), 0);
  t.equal(limit.admit(['d'], 5), undefined, 'three of all keys');
  t.equal(limit.admit(['a'], 1_000), 1);
  limit.close();
});

t.test('what no report follows is told by itself, and at the close at the latest', async (t) => {
  const told: number[] = [];
  let tellTest = () => {};
  const limit = new ReportLimit(1, (count) => {
    told.push(count);
    tellTest();
  });
  const first = new Promise<void>((resolve) => {
    tellTest = resolve;
  });
  limit.admit(['a']);
  limit.admit(['a']);
  limit.admit(['b']);
  // The timer keeps no process alive.
  const alive = setTimeout(() => {}, 60_000);
  await first;
  clearTimeout(alive);
  t.strictSame(told, [2]);
  limit.admit(['a'], 10_000_000);
  limit.admit(['a'], 10_000_000);
  limit.close();
  t.strictSame(told, [2, 1]);
  limit.close();
  t.strictSame(told, [2, 1]);
});
