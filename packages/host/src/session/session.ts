// One session of a plugin: the task that piscina runs on the plugin's own thread.

import './hardening/harden.js';
import { setMaxListeners } from 'node:events';
import { threadId } from 'node:worker_threads';
import { apiVersion, type Plugin, type PluginContext } from '@gatehouse/plugin-api';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { invariant } from '@gatehouse/support/invariant';
import * as comlink from 'comlink';
import { Bell, type Channel, LaneAnswerer, openChannel, openServerBell, RingReader, word } from '../channel/index.js';
import { receivedHookSet } from '../contract/hook-set.js';
import { nearHooks } from '../contract/near-hooks.js';
import { refusedOf } from '../contract/permissions.js';
import type { Hello, LogRecord, SessionControl, SessionStart } from '../contract/session-contract.js';
import type { SpareTask } from '../contract/thread-contract.js';
import { nodeEndpoint } from '../node-internals/port-endpoint.js';
import { frozen } from './frozen.js';
import { GateAnswers } from './gate-answers.js';
import { bindHandlers } from './handlers.js';
import { countMemory } from './hardening/memory-makers.js';
import { lowerPriorityOf } from './hardening/priority.js';
import { inOurWords } from './hardening/refusals.js';
import { onUngrantedUse, usedDataFolder, withUngranted } from './hardening/ungranted.js';
import { loadPlugin } from './load-plugin.js';
import { ObserverEvents } from './observer-events.js';
import { offerSource } from './offered-source.js';
import { limitOutput } from './output/limit-output.js';
import { OutputCredit } from './output/output-credit.js';
import { outputTaken } from './output/output-taken.js';
import { createPluginLog } from './output/plugin-log.js';
import { StackLog } from './output/stack-log.js';
import { ServeLoop } from './serve-loop.js';
import { spareTask } from './spare-task.js';
import { soon, TakenPromise } from './taken.js';
import { threadStart } from './thread-start.js';
import { UncountedMemory } from './uncounted-memory.js';

/** The session's ends of a channel. */
export interface Ends {
  readonly bell: Bell;
  readonly lane: LaneAnswerer;
  readonly ring: RingReader;
}

/** Opens them. In a process of its own, they also report to the supervisor. */
export type OpenEnds = (channel: Channel, start: SessionStart) => Ends;

const endsOf: OpenEnds = (channel, { serverBell }) => ({
  bell: new Bell(channel.control, word.BELL, word.STANCE),
  lane: new LaneAnswerer(channel, openServerBell(serverBell)),
  ring: new RingReader(channel),
});

/** Performs a task of a pool's thread: a session, or before it what makes a spare thread that of a plugin. */
export async function perform(task: SessionStart | SpareTask): Promise<unknown> {
  return 'spare' in task ? spareTask(task) : session(task);
}

/** Runs a session. The promise is its life: it resolves on a clean stop. A crash ends the thread and so the task. */
export default function session(start: SessionStart, ends: OpenEnds = endsOf): Promise<void> {
  invariant(threadStart?.spare === undefined, 'a spare thread is narrowed before it runs a session');
  const { control } = openChannel(start.channel);
  Atomics.store(control, word.THREAD, threadId);
  const memory = new UncountedMemory(control);
  // If tests run a session in their own thread, Node's functions there are not the plugin's.
  if (threadStart !== undefined) countMemory(memory);
  return new Promise((resolve) => {
    const opened: SessionControl = new Session(start, ends, resolve);
    comlink.expose(opened, nodeEndpoint(start.control));
    // The open port also keeps the thread alive, which a pending Atomics.waitAsync does not.
    start.control.ref();
  });
}

class Session implements SessionControl {
  readonly #start: SessionStart;
  readonly #ends: OpenEnds;
  readonly #ended: () => void;
  readonly #abort = new AbortController();
  readonly #context: PluginContext;
  readonly #hookSet: AnyHookSet;
  #plugin: Plugin | undefined;
  /** Names of its handlers at load time. */
  #hooks: readonly string[] = [];
  #loop: ServeLoop | undefined;
  #observers: ObserverEvents | undefined;
  #serving: Promise<void> = Promise.resolve();
  /** Resolves when the session is drained, or at once if that was given up. */
  #drained: Promise<void> | undefined;

  constructor(start: SessionStart, ends: OpenEnds, ended: () => void) {
    this.#start = start;
    this.#ends = ends;
    this.#ended = ended;
    this.#hookSet = receivedHookSet(start.hookSet);
    const dropped = () => this.#observers?.dropped ?? 0;
    const post = (record: LogRecord) => start.records.postMessage(record);
    const credit = new OutputCredit(openChannel(start.channel).control, post);
    // If tests run a session in their own thread, the streams there are not the plugin's.
    if (threadStart !== undefined) limitOutput(credit);
    // A plugin may well listen to it once per request: that is no leak, about which Node would warn.
    setMaxListeners(0, this.#abort.signal);
    this.#context = Object.freeze({
      name: start.plugin.name,
      config: frozen(start.plugin.config),
      get dataFolder() {
        if (start.plugin.dataFolder === undefined) usedDataFolder();
        return start.plugin.dataFolder;
      },
      signal: this.#abort.signal,
      log: createPluginLog(post, credit),
      get dropped() {
        return dropped();
      },
    });
  }

  async load(): Promise<Hello> {
    this.#warnOfRefusals();
    const { names } = this.#hookSet;
    const { log } = this.#context;
    onUngrantedUse(({ words, isAskedFor }) => (isAskedFor ? log.warn(words) : log.info(words)));
    const { entry, compiled } = this.#start.plugin;
    if (compiled !== undefined) offerSource(entry, compiled);
    const { plugin, hooks, others } = await inOurWords(() => loadPlugin(entry, names));
    this.#plugin = plugin;
    this.#hooks = hooks;
    // Without any hook the plugin is refused, and the reason names these members.
    if (hooks.length > 0) for (const words of nearHooks(others, hooks, names)) this.#context.log.warn(`its ${words}`);
    return { apiVersion: plugin.apiVersion ?? apiVersion, hooks, others, hookSet: plugin.hookSet };
  }

  async serve(): Promise<void> {
    const plugin = this.#plugin;
    if (plugin === undefined) throw new Error('serve was called before load');
    lowerPriorityOf(plugin, this.#hookSet);
    await inOurWords(() => plugin.start?.(this.#context)).catch((error: unknown) => {
      throw withUngranted(error);
    });
    this.#loop = this.#createLoop(plugin);
    this.#serving = this.#loop.run();
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  async #drain(): Promise<void> {
    this.#loop?.stop();
    await this.#serving;
    // The loop ends while observers are at work, and more events may wait for one of them to finish.
    await this.#observers?.finish();
  }

  async abandon(): Promise<void> {
    this.#drained = TakenPromise.resolve();
    const unfinished = this.#observers?.unfinished() ?? '';
    if (unfinished !== '') this.#context.log.warn(`stops although handlers have not finished: ${unfinished}`);
    this.#abort.abort();
  }

  async stop(): Promise<void> {
    await this.drain();
    this.#abort.abort();
    await this.#plugin?.stop?.(this.#context);
    if (threadStart !== undefined) await outputTaken();
    // The answer to this call goes out before the task ends.
    soon(this.#ended);
  }

  /** Logs the refused permissions once, because a plugin may hide the errors that it gets. */
  #warnOfRefusals(): void {
    if (threadStart === undefined) return;
    const refused = refusedOf(threadStart.asked, threadStart.granted);
    if (refused.length > 0) this.#context.log.warn({ refused }, `asks for what is not granted: ${refused.join(', ')}`);
  }

  #createLoop(plugin: Plugin): ServeLoop {
    const channel = openChannel(this.#start.channel);
    const handlers = bindHandlers(plugin, this.#context, this.#hooks, this.#hookSet);
    const { bell, lane, ring } = this.#ends(channel, this.#start);
    const stacks = new StackLog(this.#context.log);
    this.#observers = new ObserverEvents(channel, ring, handlers, this.#context.log, stacks);
    return new ServeLoop({
      bell,
      lane,
      gate: new GateAnswers(lane, channel.request, handlers, stacks),
      observers: this.#observers,
      wait: this.#start.wait,
    });
  }
}
