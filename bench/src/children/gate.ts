// Times gate calls, ours and those of the peers, all from one thread.

import { answer } from '../answers.js';
import { type RoundSpec, timeAwaiting, timeBlocking } from '../call-times.js';
import type { Contender, ContenderName } from '../contenders/contender.js';
import { ours } from '../contenders/ours.js';
import { grpc, http } from '../contenders/processes.js';
import { rawPark, rawSpin } from '../contenders/raw.js';
import { comlink, makeSynchronous, piscina, synckit } from '../contenders/threads.js';
import type { Hosting } from '../hosting.js';
import { messageEvents } from '../message-events.js';
import type { Summary } from '../samples.js';

export interface Surroundings {
  readonly hosting: Hosting;
  /** Ports of the process of the peers. */
  readonly ports: { readonly http: number; readonly grpc: number };
}

const openers: Record<ContenderName, (around: Surroundings) => Contender | Promise<Contender>> = {
  'raw-spin': rawSpin,
  'raw-park': rawPark,
  ours: ({ hosting }) => ours(hosting),
  synckit,
  'make-synchronous': makeSynchronous,
  piscina,
  comlink,
  http: ({ ports }) => http(ports.http),
  grpc: ({ ports }) => grpc(ports.grpc),
};

const events = messageEvents(64);
const opened = new Map<ContenderName, Contender>();

const answers = {
  async open(names: readonly ContenderName[], around: Surroundings): Promise<void> {
    for (const name of names) opened.set(name, await openers[name](around));
  },

  async round(name: ContenderName, spec: RoundSpec): Promise<Summary> {
    const contender = opened.get(name)!;
    if (contender.kind === 'blocking') return timeBlocking(contender, events, spec);
    return timeAwaiting(contender, events, spec);
  },

  async close(): Promise<void> {
    for (const contender of opened.values()) await contender.close();
  },
};

export type GateChild = typeof answers;

answer(answers);
