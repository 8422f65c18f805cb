// The place of a thread that the machine keeps from its core.

import type { Worker } from 'node:worker_threads';
import { profiledStack } from '@gatehouse/host/internal/supervisor/diagnosis/cpu-profile';
import t from 'tap';

/** Profiles as Node gives them: so many without a sample, and then one with some. */
function profiled(empty: number) {
  let taken = 0;
  const callFrame = { functionName: 'spins', url: 'file:///plugin.mjs', lineNumber: 7 };
  const stop = async () => {
    const hitCount = taken++ < empty ? 0 : 3;
    return JSON.stringify({ nodes: [{ id: 1, hitCount, callFrame }] });
  };
  return { worker: { startCpuProfile: async () => ({ stop }) } as unknown as Worker, taken: () => taken };
}

t.test('a profile without a sample is taken again, but not for ever', async (t) => {
  const soon = profiled(2);
  t.match(await profiledStack(soon.worker), [{ name: 'spins', url: 'file:///plugin.mjs', line: 8 }]);
  t.equal(soon.taken(), 3);
  const never = profiled(1_000);
  await profiledStack(never.worker);
  t.equal(never.taken(), 10);
});
