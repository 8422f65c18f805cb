// The supervisor's thread itself, when it does not start.

import { defaultSizes } from '@gatehouse/host/internal/channel/index';
import { sentHookSet } from '@gatehouse/host/internal/contract/hook-set';
import { SupervisorThread } from '@gatehouse/host/internal/supervisor/supervisor-thread';
import { messengerHooks } from '@gatehouse/plugin-api/hooks';
import t from 'tap';

t.test('the end of a supervisor is told once, and closing what is left of it takes no time', async (t) => {
  const reasons: string[] = [];
  await new Promise<void>((resolve) => {
    const noBell = -1 as unknown as SharedArrayBuffer;
    const supervision = new SupervisorThread(
      { hookSet: sentHookSet(messengerHooks), serverBell: noBell, sizes: defaultSizes, wait: 'park', life: 0 },
      {
        onEvent: () => {},
        onOwn: () => {},
        onEnd: (reason) => {
          reasons.push(reason);
          const from = performance.now();
          supervision.close().then(() => {
            t.ok(performance.now() - from < 4000);
            resolve();
          });
        },
      },
    );
  });
  t.equal(reasons.length, 1);
});
