// Which task of the kernel's a worker is. Node does not say, and a thread may not look for itself: reading
// /proc/thread-self would take a permission that opens the process's environment as well.
//
// A worker's thread begins inside of its constructor, so it is the one task that was not there before. That the pool
// makes its workers by the `Worker` of node:worker_threads, looked up anew each time, is documented nowhere.
// Checked on Node 20.20, 24.21 and 26.10 and piscina 5.3; a test named "piscina still ..." holds it.

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';

const tasks = new WeakMap<Worker, string>();

/** The folder in which the kernel tells of the worker's thread; undefined where it is not known: not on Linux, or two threads began at once. */
export function taskOf(worker: Worker): string | undefined {
  return tasks.get(worker);
}

/** From now on every worker that this thread makes is known by its task. */
export function trackTasks(): void {
  const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
  const Original = threads.Worker;
  threads.Worker = class TrackedWorker extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      const before = taskIds();
      super(...args);
      note(this, before);
    }
  };
}

/** Makes a worker, known by its task thereafter. */
export function tracked(make: () => Worker): Worker {
  const before = taskIds();
  const worker = make();
  note(worker, before);
  return worker;
}

function note(worker: Worker, before: readonly string[]): void {
  const [task, ...others] = taskIds().filter((id) => !before.includes(id));
  if (task !== undefined && others.length === 0) tasks.set(worker, `/proc/self/task/${task}`);
}

function taskIds(): readonly string[] {
  try {
    return readdirSync('/proc/self/task');
  } catch {
    return [];
  }
}
