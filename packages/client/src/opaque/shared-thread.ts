// One thread for all the exchanges that are under way. It ends with the last of them: the memory that argon2 took is
// given back, and a process that has nothing else to do can end.

import { startThread } from '#opaque-thread';
import type { Steps } from './steps.js';
import type { Thread } from './thread.js';

type Promised<F> = F extends (...params: infer P) => infer R ? (...params: P) => Promise<Awaited<R>> : never;
export type AsyncSteps = { readonly [S in keyof Steps]: Promised<Steps[S]> };

interface Shared {
  readonly opening: Promise<Thread | undefined>;
  users: number;
}

let shared: Shared | undefined;

export async function withSteps<T>(work: (steps: AsyncSteps) => Promise<T>): Promise<T> {
  shared ??= { opening: open(), users: 0 };
  const own = shared;
  own.users++;
  const leave = () => {
    if (shared === own) shared = undefined;
  };
  try {
    const thread = await own.opening;
    if (!thread) return await work(await stepsHere());
    thread.failed.catch(leave);
    return await Promise.race([work(thread.steps), thread.failed]);
  } finally {
    own.users--;
    if (own.users === 0) {
      leave();
      void own.opening.then((thread) => thread?.end());
    }
  }
}

/** Undefined where there are no threads: a browser without module workers, a policy that forbids them. */
async function open(): Promise<Thread | undefined> {
  let thread: Thread | undefined;
  try {
    thread = startThread();
    await Promise.race([thread.steps.ready(), thread.failed]);
    return thread;
  } catch {
    thread?.end();
    return undefined;
  }
}

/** The same steps, at the cost of a main thread that stands still for as long as argon2 takes. */
async function stepsHere(): Promise<AsyncSteps> {
  const { steps } = await import('./steps.js');
  await steps.ready();
  return {
    ready: steps.ready,
    startRegistration: async (params) => steps.startRegistration(params),
    finishRegistration: async (params) => steps.finishRegistration(params),
    startLogin: async (params) => steps.startLogin(params),
    finishLogin: async (params) => steps.finishLogin(params),
  };
}
