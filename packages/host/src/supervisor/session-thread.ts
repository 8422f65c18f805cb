// A session's thread seen from outside: its identity, the work in hand, its place in the code, and its memory.

import type { Worker } from 'node:worker_threads';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { type Bell, type Channel, type ChannelHandle, openChannel, word } from '../channel/index.js';
import type { CallPipeHandle } from '../channel/pipe/index.js';
import type { PluginSpec } from '../contract/supervisor-contract.js';
import { placeOfHandler } from './diagnosis/handler-place.js';
import { hookInHand, inHand } from './diagnosis/in-hand.js';
import { SessionMemory } from './memory/session-memory.js';
import type { MemoryWatch } from './memory/watch.js';
import type { SessionRunner } from './runners/session-runner.js';

export class SessionThread {
  readonly #hooks: AnyHookSet;
  readonly #spec: PluginSpec;
  readonly #runner: SessionRunner;
  readonly #channel: Channel;

  constructor(hooks: AnyHookSet, spec: PluginSpec, runner: SessionRunner, channel: ChannelHandle) {
    this.#hooks = hooks;
    this.#spec = spec;
    this.#runner = runner;
    this.#channel = openChannel(channel);
  }

  /** Describes the work in hand, as the end of a sentence; empty if there is none. */
  inHand(): string {
    const what = inHand(this.#hooks, this.#channel);
    return what === '' ? '' : `; it had ${what} in hand`;
  }

  /** Describes where it is, in bounded time. */
  async whereItStands(): Promise<string> {
    const { exact, words } = await this.#runner.whereItStands(this.#id);
    if (exact) return words;
    // The next best: the start of the handler that has not returned.
    const hook = hookInHand(this.#hooks, this.#channel);
    const place = hook && (await placeOfHandler(this.#spec.entry, hook));
    return place === undefined ? words : `${words}; its ${hook} begins at ${place}`;
  }

  get task(): string | undefined {
    return this.#runner.taskOf(this.#id);
  }

  /** The pipe for calls, if it has a process of its own. */
  get callPipe(): CallPipeHandle | undefined {
    return this.#runner.callPipeOf(this.#id);
  }

  /**
   * Makes `watch` call `exceeded` when it exceeds its cap. Returns a function that ends the watch. A process has its
   * own watch.
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

  /** Returns its worker; undefined before it has begun and after it has ended. */
  #worker(): Worker | undefined {
    return this.#runner.threadOf(this.#id);
  }

  /** Its id by its own account; 0 before it has begun. */
  get #id(): number {
    return Atomics.load(this.#channel.control, word.THREAD);
  }
}
