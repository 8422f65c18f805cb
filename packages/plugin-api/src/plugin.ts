// The shape of a plugin: handlers for the hooks that it needs, and their context.

import type { HookAction } from './actions.js';
import type { EventIn, HookNameIn, HookTable, RejectDataIn } from './hook-table.js';

/** The version of this interface. A plugin runs only on a host with the same version. */
export const apiVersion = 1;

/** Writes to the server's log under the plugin's name. Fields must be plain data. */
export interface PluginLog {
  trace(message: string): void;
  trace(fields: object, message?: string): void;
  debug(message: string): void;
  debug(fields: object, message?: string): void;
  info(message: string): void;
  info(fields: object, message?: string): void;
  warn(message: string): void;
  warn(fields: object, message?: string): void;
  error(message: string): void;
  error(fields: object, message?: string): void;
}

/** The context that a plugin gets with every call. It is the same object for the whole life of a session. */
export interface PluginContext<Config = unknown> {
  /** The plugin's name, as operators see it. */
  readonly name: string;
  /** The plugin's configuration: the operator's over the manifest's defaults, checked against its schema. Frozen. */
  readonly config: Config;
  /** Aborted when the session ends: stop timers, close connections. */
  readonly signal: AbortSignal;
  readonly log: PluginLog;
  /** The plugin's own folder for files, if the manifest asks for `data` and the operator grants it; else undefined. */
  readonly dataFolder?: string | undefined;
  /**
   * Observer events dropped so far because they came faster than the plugin took them. It includes a gap before the
   * first event after the gap is delivered.
   */
  readonly dropped: number;
}

/** Handlers by hook: a gate handler answers, an observer handler is only told. Both may be async. */
export type HandlersOf<T extends HookTable, Config = unknown> = {
  [N in keyof T as N & HookNameIn<T, 'gate'>]?: (
    event: EventIn<T, N>,
    context: PluginContext<Config>,
  ) => HookAction<RejectDataIn<T, N>> | Promise<HookAction<RejectDataIn<T, N>>>;
} & {
  [N in keyof T as N & HookNameIn<T, 'observer'>]?: (
    event: EventIn<T, N>,
    context: PluginContext<Config>,
  ) => void | Promise<void>;
};

/** Says of a plugin for which table it was written, with the hash of each row whose hook it implements. */
export interface HookSetStamp {
  readonly id: string;
  readonly version: number;
  readonly rows: Readonly<Record<string, string>>;
}

/** A plugin: its handlers, and optional functions to run before the first event and after the last. */
export type PluginOf<T extends HookTable, Config = unknown> = HandlersOf<T, Config> & {
  /** The interface version that the plugin was written for; `definePlugin` fills it in. */
  readonly apiVersion?: number;
  /** The table of hooks that the plugin was written for; `definePlugin` fills it in. */
  readonly hookSet?: HookSetStamp;
  /** Awaited before the first event: the plugin is ready only once it is done. The host limits the time. */
  start?(context: PluginContext<Config>): void | Promise<void>;
  /** Awaited after the last event, before the session ends. The host limits the time. */
  stop?(context: PluginContext<Config>): void | Promise<void>;
};
