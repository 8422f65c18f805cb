// Whose the growth of the whole process is.

import { LonelyGrowth } from '@gatehouse/host/internal/supervisor/memory/growth';
import t from 'tap';

const session = (busy: boolean, waitedFor: boolean) => ({ isBusy: () => busy, isWaitedFor: () => waitedFor });
const resting = session(false, false);
const asked = session(true, true);
const observing = session(true, false);

t.test(
  'it is that of a session that alone is at work while the server sleeps, from when that is noticed',
  async (t) => {
    const growth = new LonelyGrowth();
    t.match(growth.next([resting, asked]), { watched: asked, growth: 0 });
    const taken = Buffer.alloc(64 * 2 ** 20, 1);
    const next = growth.next([resting, asked]);
    t.equal(next?.watched, asked);
    t.ok(next!.growth > taken.length / 2 && next!.growth < taken.length * 2, String(next!.growth));
  },
);

t.test("it is nobody's when two are at work, when the server is awake, and when all rest", async (t) => {
  const growth = new LonelyGrowth();
  t.equal(growth.next([asked, observing]), undefined);
  t.equal(growth.next([observing, resting]), undefined);
  t.equal(growth.next([resting, resting]), undefined);
  t.equal(growth.next([]), undefined);
});

t.test('when another was at work in between, it is counted anew', async (t) => {
  const growth = new LonelyGrowth();
  growth.next([asked]);
  const taken = Buffer.alloc(64 * 2 ** 20, 1);
  growth.next([asked, observing]);
  t.ok(growth.next([asked])!.growth < taken.length / 4);
});
