// The supervisor's thread itself, when it does not start, and what is said of that.

import { defaultSizes } from '@gatehouse/host/internal/channel/index';
import { sentHookSet } from '@gatehouse/host/internal/contract/hook-set';
import { adviceFor, failedStart, isForGood } from '@gatehouse/host/internal/supervisor/start-advice';
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

const file = process.execPath;
const pnp = '3';
const noModule = "Cannot find module '/app/supervisor-main.js'";
const noPackage = "Cannot find package 'comlink' imported from /app/supervisor-main.js";

t.test('a supervisor that cannot start has its advice, and is not tried again where that is no use', async (t) => {
  const starts = [
    [
      { cause: noModule, file: '/app/supervisor-main.js', pnp: undefined },
      /bundle .*--external:@gatehouse\/host/,
      true,
    ],
    [{ cause: 'Invalid URL', file: undefined, pnp: undefined }, /bundle/, true],
    [{ cause: noModule, file, pnp: undefined }, /bundle/, true],
    [{ cause: noModule, file: '/app/supervisor-main.js', pnp }, /`nodeLinker: node-modules` in \.yarnrc\.yml/, true],
    [{ cause: noPackage, file, pnp }, /nodeLinker/, true],
    [{ cause: noPackage, file, pnp: undefined }, /not installed beside it/, true],
    [{ cause: 'EMFILE: too many open files', file, pnp: undefined }, /ulimit -n/, false],
    [{ cause: 'ERR_WORKER_INIT_FAILED: EAGAIN', file, pnp }, /no more threads/, false],
    [{ cause: 'Access to this API has been restricted', file, pnp: undefined }, /--allow-worker/, false],
    [{ cause: 'its thread exited with code 1', file, pnp }, /the log/, false],
  ] as const;
  for (const [start, advice, forGood] of starts) {
    t.match(adviceFor(start), advice, start.cause);
    t.equal(isForGood(start), forGood, start.cause);
  }
  t.match(failedStart('for a reason', file), { cause: 'for a reason', file, pnp: undefined });
});
