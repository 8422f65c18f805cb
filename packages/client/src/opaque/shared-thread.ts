// One thread for all exchanges under way. It ends with the last of them, which frees the memory of argon2 and lets a
// process exit that has nothing else to do.

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

/** Resolves to undefined where there are no threads: a browser without module workers, a policy that forbids them. */
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

/** Returns the same steps, but argon2 then blocks the main thread. */
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
