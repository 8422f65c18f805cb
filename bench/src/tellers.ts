// Two ways to tell another thread of events: the host's ring, and postMessage.

import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FetchEvent } from '@gatehouse/plugin-api';
import { type Hosting, openHost } from './hosting.js';
import type { Posted } from './workers/post-worker.js';

export interface Teller {
  tell(event: FetchEvent): void;
  /** Holds up the other thread. */
  stall(ms: number): void;
  /** Resolves, with the number of all events that arrived so far, once none is on its way any more. */
  arrived(): Promise<number>;
}

export async function ringTeller(hosting: Hosting): Promise<Teller> {
  const host = await openHost(hosting);
  const name = hosting.plugins[0]!;
  let told = 0;
  return {
    tell(event) {
      told++;
      host.onFetch(event);
    },
    stall(ms) {
      told++;
      host.onAuth({ username: 'bench', success: false, failureReason: String(ms) });
    },
    async arrived() {
      for (;;) {
        const { observed, dropped } = (await host.get(name)).counters;
        if (observed + (dropped.onFetch ?? 0) + (dropped.onAuth ?? 0) === told) return observed;
        await delay(1);
      }
    },
  };
}

export function postTeller(): Teller {
  const worker = new Worker(new URL('./workers/post-worker.js', import.meta.url), {
    execArgv: ['--conditions=gatehouse-internal'],
  });
  const post = (posted: Posted) => worker.postMessage(posted);
  return {
    tell: (event) => post({ event }),
    stall: (stallMs) => post({ stallMs }),
    async arrived() {
      post('sync');
      const [events] = await once(worker, 'message');
      return events;
    },
  };
}
