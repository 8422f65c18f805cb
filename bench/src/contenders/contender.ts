// One way to have a message decided somewhere else than in the calling thread.

import type { MessageEvent } from '@gatehouse/plugin-api';

/** Names as they stand in the results. */
export type ContenderName =
  | 'raw-spin'
  | 'raw-park'
  | 'ours'
  | 'synckit'
  | 'make-synchronous'
  | 'piscina'
  | 'comlink'
  | 'http'
  | 'grpc';

interface Either {
  /** Said after each round: until the next one it must take no core. */
  rest?(): void;
  close(): unknown;
}

/** Returns when there is an answer, having blocked the thread. */
export interface Blocking extends Either {
  readonly kind: 'blocking';
  call(event: MessageEvent): unknown;
}

/** Lets the thread go on, and resolves when there is an answer. */
export interface Awaiting extends Either {
  readonly kind: 'awaiting';
  call(event: MessageEvent): Promise<unknown>;
}

export type Contender = Blocking | Awaiting;
