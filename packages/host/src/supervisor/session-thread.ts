// A session's thread seen from outside: which it is, what it has in hand, where it stands, how much memory it takes.

import type { Worker } from 'node:worker_threads';
import { type Bell, type Channel, type ChannelHandle, openChannel, word } from '../channel/index.js';
import type { CallPipeHandle } from '../channel/pipe/index.js';
import type { PluginSpec } from '../contract/supervisor-contract.js';
import { placeOfHandler } from './diagnosis/handler-place.js';
import { hookInHand, inHand } from './diagnosis/in-hand.js';
import { SessionMemory } from './memory/session-memory.js';
import type { MemoryWatch } from './memory/watch.js';
import type { SessionRunner } from './runners/session-runner.js';

export class SessionThread {
  readonly #spec: PluginSpec;
  readonly #runner: SessionRunner;
  readonly #channel: Channel;

  constructor(spec: PluginSpec, runner: SessionRunner, channel: ChannelHandle) {
    this.#spec = spec;
    this.#runner = runner;
    this.#channel = openChannel(channel);
  }

  /** What it has in hand, to end a sentence with; empty when it has nothing. */
  inHand(): string {
    const what = inHand(this.#channel);
    return what === '' ? '' : `; it had ${what} in hand`;
  }

  /** Where it stands, in words; found out in bounded time. */
  async whereItStands(): Promise<string> {
    const { exact, words } = await this.#runner.whereItStands(this.#id);
    if (exact) return words;
    // The next best: where the handler begins that has not come back.
    const hook = hookInHand(this.#channel);
    const place = hook && (await placeOfHandler(this.#spec.entry, hook));
    return place === undefined ? words : `${words}; its ${hook} begins at ${place}`;
  }

  get task(): string | undefined {
    return this.#runner.taskOf(this.#id);
  }

  /** What calls go into where it has a process of its own. */
  get callPipe(): CallPipeHandle | undefined {
    return this.#runner.callPipeOf(this.#id);
  }

  /**
   * Has `watch` end it by `exceeded` when it takes more than it may. Returns what ends the watch. A process has a watch of
   * its own.
   */
  watchMemory(
    watch: MemoryWatch,
    bell: Bell,
    isServing: () => boolean,
    exceeded: (reason: string) => void,
  ): () => void {
    const channel = this.#channel;
    const { memoryMb, thread } = this.#spec;
    if (thread.isolation === 'process') return () => {};
    return watch.add(new SessionMemory({ channel, memoryMb, bell, isServing, worker: () => this.#worker(), exceeded }));
  }

  /** Undefined before it has begun and when it has ended. */
  #worker(): Worker | undefined {
    return this.#runner.threadOf(this.#id);
  }

  /** By its own account; 0 before it has begun. */
  get #id(): number {
    return Atomics.load(this.#channel.control, word.THREAD);
  }
}
