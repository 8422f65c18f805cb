// A session's memory, as this Node's guard measures it, and whether the session is at work.

import type { Worker } from 'node:worker_threads';
import { type Bell, type Channel, stance, word } from '../../channel/index.js';
import { memoryGuard } from '../../contract/memory-guard.js';
import type { MemoryUse } from './policy.js';
import type { Watched } from './watch.js';

interface HeapStatistics {
  readonly used_heap_size: number;
  readonly external_memory: number;
}

export interface MemorySource {
  readonly channel: Pick<Channel, 'control' | 'answered'>;
  readonly memoryMb: number;
  /** The server's bell. */
  readonly bell: Bell;
  /** Whether it serves already. Its work before that shows in no word. */
  isServing(): boolean;
  worker(): Worker | undefined;
  exceeded(reason: string): void;
}

export class SessionMemory implements Watched {
  readonly cap: number;
  readonly exceeded: (reason: string) => void;
  readonly #source: MemorySource;
  #seen = 0;

  constructor(source: MemorySource) {
    this.#source = source;
    this.cap = source.memoryMb * 2 ** 20;
    this.exceeded = source.exceeded;
  }

  isAtWork(): boolean {
    const { control, answered } = this.#source.channel;
    // Both count up: their sum differs from before, unless exactly 2^32 things were done.
    const done = (Atomics.load(answered, 0) + Atomics.load(control, word.OBSERVED)) | 0;
    const hasWorked = done !== this.#seen;
    this.#seen = done;
    return hasWorked || this.#isInHand() || !this.#source.isServing();
  }

  isBusy(): boolean {
    const { channel, isServing } = this.#source;
    return this.#isInHand() || Atomics.load(channel.control, word.STANCE) === stance.BUSY || !isServing();
  }

  isWaitedFor(): boolean {
    return this.#isAsked() && this.#source.bell.isBlocked();
  }

  #isInHand(): boolean {
    return this.#isAsked() || Atomics.load(this.#source.channel.control, word.SERVING) !== 0;
  }

  #isAsked(): boolean {
    const { control, answered } = this.#source.channel;
    return Atomics.load(control, word.CALL) !== Atomics.load(answered, 0);
  }

  use(): Promise<MemoryUse | undefined> {
    return memoryGuard === 'sampled' ? this.#sampled() : Promise.resolve(this.#reported());
  }

  /** Asks the thread, which answers between two instructions, even in a loop. */
  async #sampled(): Promise<MemoryUse | undefined> {
    const worker = this.#source.worker() as { getHeapStatistics?(): Promise<HeapStatistics> } | undefined;
    const statistics = await worker?.getHeapStatistics?.();
    if (statistics === undefined) return undefined;
    // The thread itself reports what V8 leaves out, which is mostly nothing.
    const external = statistics.external_memory + this.#reported().external;
    return { heap: statistics.used_heap_size, external };
  }

  #reported(): MemoryUse {
    const { control } = this.#source.channel;
    const bytes = (at: number) => Math.max(0, Atomics.load(control, at)) * 1024;
    return { heap: bytes(word.HEAP_KB), external: bytes(word.EXTERNAL_KB) };
  }
}
