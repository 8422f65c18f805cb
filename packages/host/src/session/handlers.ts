// The plugin's handlers at their wire ids, each with the codec of its hook.

import type { Plugin, PluginContext } from '@gatehouse/plugin-api';
import type { AnyCodec } from '@gatehouse/plugin-api/codec';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';

/** One handler, ready to be called. */
export interface BoundHandler {
  readonly hook: string;
  readonly codec: AnyCodec;
  /** Calls the plugin; what it returns or throws is the plugin's and is not believed. */
  call(event: unknown): unknown;
}

/** The handlers of a plugin by wire id; undefined where it has none. */
export function bindHandlers(plugin: Plugin, context: PluginContext): readonly (BoundHandler | undefined)[] {
  return hookNames.map((hook) => {
    const handler = plugin[hook] as ((event: unknown, context: PluginContext) => unknown) | undefined;
    if (handler === undefined) return undefined;
    return { hook, codec: hooks[hook].codec, call: (event) => handler.call(plugin, event, context) };
  });
}

/** Whether a handler answered later: it is awaited then. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** A promise of our own for it: a thenable of a plugin's may throw in `then`, or call back twice, or never later. */
export function settled(answer: PromiseLike<unknown>): Promise<unknown> {
  return new Promise((resolve) => resolve(answer));
}
