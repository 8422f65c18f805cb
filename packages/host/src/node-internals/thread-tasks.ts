// Finds the kernel task of a worker. Node does not report it, and a thread may not look itself: reading
// /proc/thread-self would take a permission that exposes the process's environment as well.
//
// A worker's thread begins inside of its constructor, so it is the one new task after that. It is undocumented that
// the pool creates its workers by the `Worker` of node:worker_threads, looked up each time.
// Checked on Node 20.20, 24.21 and 26.10 and piscina 5.3; a test named "piscina still ..." holds it.

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';

const tasks = new WeakMap<Worker, string>();

/** Returns the kernel's folder about a worker's thread; undefined if not on Linux, or if two threads began at once. */
export function taskOf(worker: Worker): string | undefined {
  return tasks.get(worker);
}

/** Records the task of every worker that this thread creates from now on. */
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

/** Creates a worker and records its task. */
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
