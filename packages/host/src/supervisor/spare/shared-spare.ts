// The spare thread that all plugins of a host share: the session after a crash takes it, so that it does not wait for a
// boot. Another one boots some time later.
//
// Only where Node can narrow the permissions of a running thread, and only for plugins whose other limits are its own.

import { LateError } from '@gatehouse/support/deadline';
import type { SpareThreadState } from '../../contract/status.js';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import { guarded, trouble, unawaited } from '../guarded.js';
import { covers, planFor, type SparePlan } from './plan.js';
import { SpareThread, type Taker } from './spare-thread.js';

/** The time without a change before it boots, in ms: what plugins wait for comes first. */
const quietMs = 500;

interface Current {
  readonly plan: SparePlan;
  readonly thread: SpareThread;
  isReady: boolean;
}

export class SharedSpare {
  readonly #onState: (state: SpareThreadState) => void;
  readonly #plugins = new Map<object, PluginSpec>();
  #canNarrow: boolean;
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
    if (!this.#canNarrow) return false;
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
      return current.thread;
    } catch (error) {
      trouble('narrowing the spare thread', error);
      // It was late or has ended by chance. If it could not be narrowed, the next one cannot either.
      if (!current.thread.isEnded && !(error instanceof LateError)) this.#giveUp();
      this.#end(current.thread);
      return undefined;
    }
  }

  /** Looks once all has been quiet for a while. */
  #soon(): void {
    clearTimeout(this.#timer);
    if (!this.#canNarrow) return;
    // Without plugins, nothing keeps the thread that holds them.
    if (this.#plugins.size === 0) this.#renew();
    else
      this.#timer = setTimeout(
        guarded('the start of the spare thread', () => this.#renew()),
        quietMs,
      ).unref();
  }

  /** Replaces it unless all plugins that could have one can have this one. */
  #renew(): void {
    const plugins = [...this.#plugins.values()];
    const plan = this.#canNarrow ? planFor(plugins) : undefined;
    const current = this.#current;
    const wanted = plan === undefined ? [] : plugins.filter((plugin) => covers(plan, plugin));
    if (current !== undefined) {
      if (wanted.length > 0 && wanted.every((plugin) => covers(current.plan, plugin))) return;
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
      if (canNarrow) return this.#set(current);
    } catch (error) {
      // It has ended, which is reported where it was not on purpose.
      if (this.#current !== current) return;
      this.#set(undefined);
      this.#end(current.thread);
      throw error;
    }
    this.#giveUp();
    this.#end(current.thread);
  }

  /** Looks for another one in place of one that has ended by itself. One that never got ready is not tried again. */
  #ended(thread: SpareThread): void {
    const current = this.#current;
    if (current?.thread !== thread) return;
    this.#set(undefined);
    trouble('the spare thread', new Error('it has ended by itself'));
    if (current.isReady) this.#soon();
  }

  /** This Node cannot narrow a thread: each plugin has a spare one of its own after its first crash. */
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
