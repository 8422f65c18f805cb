// A bare worker thread at the other end of a channel.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  type Bell,
  type ChannelHandle,
  createChannel,
  createServerBell,
  openServerBell,
} from '@gatehouse/host/internal/channel/index';
import type { Test } from 'tap';

export interface OtherThread {
  readonly worker: Worker;
  readonly channel: ChannelHandle;
  /** The bell that this thread sleeps on. */
  readonly bell: Bell;
}

/** Starts a script of test/fixtures/threads with a new channel; it is ended with the test. */
export function startThread(t: Test, script: string, channel = createChannel()): OtherThread {
  const serverBell = createServerBell();
  const worker = new Worker(new URL(`../../fixtures/threads/${script}.mjs`, import.meta.url), {
    workerData: { channel, serverBell },
    execArgv: ['--conditions=gatehouse-internal'],
  });
  t.teardown(() => worker.terminate());
  return { worker, channel, bell: openServerBell(serverBell) };
}

/** The next thing that the thread posts. */
export async function posted<T>(worker: Worker): Promise<T> {
  const [message] = await once(worker, 'message');
  return message as T;
}
