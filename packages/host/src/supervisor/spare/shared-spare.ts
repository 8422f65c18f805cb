// The spare thread that all plugins of a host share: the session after a crash takes it, so that it does not wait for a
// boot. Another one boots some time later.
//
// Only where Node can narrow the permissions of a running thread, and only for plugins whose other limits are its own.

import { isDeepStrictEqual } from 'node:util';
import { LateError } from '@gatehouse/support/deadline';
import type { SpareThreadState } from '../../contract/status.js';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import { guarded, trouble, unawaited } from '../guarded.js';
import { covers, planFor, type SparePlan } from './plan.js';
import { SpareThread, type Taker } from './spare-thread.js';

/** The time without a change before it boots, in ms: what plugins wait for comes first. */
const quietMs = 500;

/** The wait after a thread that did not boot, in ms, doubled with each further one up to the longest. */
const retryMs = 5000;
const longestRetryMs = 300_000;

/**
 * Threads in a row that cannot be narrowed before none is tried any more. One alone may have had the path of a folder that
 * is gone by now, which Node does not take back.
 */
const refusalsMax = 2;

interface Current {
  readonly plan: SparePlan;
  readonly thread: SpareThread;
  isReady: boolean;
}

export class SharedSpare {
  readonly #onState: (state: SpareThreadState) => void;
  readonly #plugins = new Map<object, PluginSpec>();
  #canNarrow: boolean;
  /** Threads in a row that could not be narrowed, and that did not boot. */
  #refusals = 0;
  #failures = 0;
  #current: Current | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `mayNarrow`: whether it is worth a try on this Node. The thread itself says then whether it can. */
  constructor(mayNarrow: boolean, onState: (state: SpareThreadState) => void) {
    this.#canNarrow = mayNarrow;
    this.#onState = onState;
  }

  /** Counts a plugin in, by the holder of its threads, until that leaves. */
  join(holder: object, spec: PluginSpec): void {
    this.#plugins.set(holder, spec);
    this.#soon();
  }

  leave(holder: object): void {
    if (this.#plugins.delete(holder)) this.#soon();
  }

  /** Whether a plugin can have it, once it is there. */
  covers(spec: PluginSpec): boolean {
    if (!this.#canNarrow || this.#failures > 0) return false;
    const plan = this.#current?.plan ?? planFor([...this.#plugins.values()]);
    return plan !== undefined && covers(plan, spec);
  }

  /** Whether a plugin can have it now. */
  isReadyFor(spec: PluginSpec): boolean {
    return this.#current?.isReady === true && covers(this.#current.plan, spec);
  }

  /** Resolves with the thread, which is the plugin's own from then on; undefined if there is none for it. */
  async take(taker: Taker): Promise<SpareThread | undefined> {
    const current = this.#current;
    if (current === undefined || !this.isReadyFor(taker.spec)) return undefined;
    this.#set(undefined);
    this.#soon();
    try {
      await current.thread.become(taker);
      this.#refusals = 0;
      return current.thread;
    } catch (error) {
      trouble('narrowing the spare thread', error);
      // It may have been late, or have ended by chance.
      if (!current.thread.isEnded && !(error instanceof LateError)) this.#refusals++;
      if (this.#refusals >= refusalsMax) this.#giveUp();
      this.#end(current.thread);
      return undefined;
    }
  }

  /** Looks once all has been quiet for a while. */
  #soon(ms = quietMs): void {
    clearTimeout(this.#timer);
    if (!this.#canNarrow) return;
    // Without plugins, nothing keeps the thread that holds them.
    if (this.#plugins.size === 0) this.#renew();
    else
      this.#timer = setTimeout(
        guarded('the start of the spare thread', () => this.#renew()),
        ms,
      ).unref();
  }

  /** Replaces it unless it is what the plugins of now need: the folders of one that has gone may go too. */
  #renew(): void {
    const plan = this.#canNarrow ? planFor([...this.#plugins.values()]) : undefined;
    const current = this.#current;
    if (current !== undefined) {
      if (isDeepStrictEqual(plan, current.plan)) return;
      this.#set(undefined);
      this.#end(current.thread);
    }
    if (plan !== undefined) this.#boot(plan);
  }

  #boot(plan: SparePlan): void {
    const thread: SpareThread = new SpareThread(plan, () => this.#ended(thread));
    this.#current = { plan, thread, isReady: false };
    unawaited('the boot of the spare thread', this.#await(this.#current));
  }

  async #await(current: Current): Promise<void> {
    try {
      const canNarrow = await current.thread.booted();
      if (this.#current !== current) return;
      current.isReady = canNarrow;
      this.#failures = 0;
      if (canNarrow) return this.#set(current);
    } catch (error) {
      // It has ended, which is reported where it was not on purpose.
      if (this.#current !== current) return;
      this.#set(undefined);
      this.#end(current.thread);
      this.#retry();
      throw error;
    }
    this.#giveUp();
    this.#end(current.thread);
  }

  /** Looks for another one in place of one that has ended by itself. */
  #ended(thread: SpareThread): void {
    const current = this.#current;
    if (current?.thread !== thread) return;
    this.#set(undefined);
    trouble('the spare thread', new Error('it has ended by itself'));
    if (current.isReady) this.#soon();
    else this.#retry();
  }

  /** Tries again later. Until then each plugin has a spare thread of its own after a crash. */
  #retry(): void {
    this.#soon(Math.min(longestRetryMs, retryMs * 2 ** this.#failures));
    this.#failures++;
  }

  /** Threads cannot be narrowed here: each plugin has a spare one of its own after its first crash. */
  #giveUp(): void {
    this.#canNarrow = false;
    clearTimeout(this.#timer);
    this.#set(undefined);
  }

  #set(current: Current | undefined): void {
    this.#current = current;
    this.#onState(!this.#canNarrow ? 'unavailable' : current === undefined ? 'none' : 'ready');
  }

  #end(thread: SpareThread): void {
    unawaited('the end of a spare thread', thread.destroy());
  }
}
