// The plugin's handlers at their wire ids, each with the codec of its hook.

import type { Plugin, PluginContext } from '@gatehouse/plugin-api';
import type { AnyCodec } from '@gatehouse/plugin-api/codec';
import type { AnyHookSet, HookRow } from '@gatehouse/plugin-api/hooks';
import { bound, TakenPromise } from './taken.js';

/** One handler, ready to be called. */
export interface BoundHandler {
  readonly hook: string;
  readonly codec: AnyCodec;
  /** What a Reject carries; undefined: nothing. */
  readonly reject: AnyCodec | undefined;
  /** Calls the plugin. Whatever it returns or throws is untrusted. */
  call(event: unknown): unknown;
}

type Handler = (event: unknown, context: PluginContext) => unknown;

/**
 * Returns the handlers of a plugin by wire id; undefined where it has none.
 *
 * @throws TypeError if they differ from the handlers at load time, by which the host asks and tells it
 */
export function bindHandlers(
  plugin: Plugin,
  context: PluginContext,
  loaded: readonly string[],
  { names, rows }: AnyHookSet,
): readonly (BoundHandler | undefined)[] {
  const handlers: (BoundHandler | undefined)[] = [];
  for (let id = 0; id < names.length; id++) {
    const hook = names[id]!;
    handlers[id] = bindHandler(plugin, context, hook, rows[hook]!);
    const wasThere = isAmong(hook, loaded);
    if ((handlers[id] !== undefined) !== wasThere) throw new TypeError(changed(hook, wasThere));
  }
  return handlers;
}

function bindHandler(
  plugin: Plugin,
  context: PluginContext,
  hook: string,
  { codec, reject }: HookRow,
): BoundHandler | undefined {
  const handler = (plugin as Readonly<Record<string, unknown>>)[hook] as Handler | undefined;
  if (handler === undefined) return undefined;
  if (typeof handler !== 'function') throw new TypeError(`its ${hook} is not a function`);
  const call = bound(handler, plugin);
  return { hook, codec, reject, call: (event) => call(event, context) };
}

function isAmong(name: string, names: readonly string[]): boolean {
  for (let i = 0; i < names.length; i++) if (names[i] === name) return true;
  return false;
}

const changed = (hook: string, wasThere: boolean) =>
  wasThere
    ? `its ${hook} was there when it was loaded and is gone after its start`
    : `its ${hook} was not there when it was loaded: a handler that comes with its start is never called`;

/** Whether a handler answers later and has to be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Returns a promise of our own, because a plugin's thenable may throw in `then`, or call back twice or never. */
export function settled(answer: PromiseLike<unknown>): Promise<unknown> {
  return new TakenPromise((resolve) => resolve(answer));
}
