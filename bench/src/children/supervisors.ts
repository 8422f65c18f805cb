// The supervisors' threads of the hosts of this process, to be ended by a measurement.

import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type Worker } from 'node:worker_threads';

let latest: Worker | undefined;

const Plain = workerThreads.Worker;

/** A worker that is noted when it is a supervisor's. */
workerThreads.Worker = class extends Plain {
  constructor(...args: ConstructorParameters<typeof Plain>) {
    super(...args);
    if (args[1]?.name === 'gatehouse-supervisor') latest = this;
  }
};
syncBuiltinESMExports();

/** Ends the supervisor that was started last. */
export async function endSupervisor(): Promise<void> {
  if (latest === undefined) throw new Error('there is no supervisor');
  await latest.terminate();
}
