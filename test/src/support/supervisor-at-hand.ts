// Access to the supervisors that the hosts of this test's process start, to terminate them or make them hang.

import type { Worker } from 'node:worker_threads';
import type { Host, SupervisorState, SupervisorStatus } from '@gatehouse/host';

const { supervisors } = (await import(new URL('../../fixtures/supervisors-at-hand.mjs', import.meta.url).href)) as {
  readonly supervisors: readonly Worker[];
};

/** Returns the one that was started last. */
export function supervisor(): Worker {
  const latest = supervisors.at(-1);
  if (latest === undefined) throw new Error('no supervisor has been started');
  return latest;
}

/** Resolves once the host's supervisor enters this state. Call this before the cause. */
export function becomes(host: Host, state: SupervisorState): Promise<SupervisorStatus> {
  return new Promise((resolve) => {
    const off = host.onSupervisor((status) => {
      if (status.state !== state) return;
      off();
      resolve(status);
    });
  });
}
