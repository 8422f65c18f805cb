// The table of hooks as it crosses between threads: each compiles its codecs anew.

import type { AnyCodec, ListCodec } from '@gatehouse/plugin-api/codec';
import { type AnyHookSet, type HookSetDescription, hookSetOf, messengerHooks } from '@gatehouse/plugin-api/hooks';

/** A table as plain data, with the hash that the sender has of it. */
export interface SentHookSet {
  readonly description: HookSetDescription;
  readonly hash: string;
}

export function sentHookSet({ description, hash }: AnyHookSet): SentHookSet {
  return { description, hash };
}

/**
 * Makes the table again that was sent. The messenger's is at hand already.
 * @throws TypeError if it becomes another one here: the two threads run different versions of the plugin interface
 */
export function receivedHookSet({ description, hash }: SentHookSet): AnyHookSet {
  if (hash === messengerHooks.hash) return messengerHooks;
  const set = hookSetOf(description);
  if (set.hash !== hash) {
    throw new TypeError(`the table of hooks ${description.id} is not the same in two threads of the host`);
  }
  return set;
}

/** Names of the hooks that are asked. */
export function gateHooksOf({ names, rows }: AnyHookSet): readonly string[] {
  return names.filter((name) => rows[name]!.kind === 'gate');
}

/** Names of the hooks that are told. */
export function observerHooksOf({ names, rows }: AnyHookSet): readonly string[] {
  return names.filter((name) => rows[name]!.kind === 'observer');
}

/**
 * Returns the most bytes that an observer event takes in a ring. A list is cut into pieces between its items, each
 * piece with a count before it.
 */
export function sizeOfPiece(codec: AnyCodec): number {
  return 'item' in codec ? 4 + (codec as ListCodec<unknown>).item.maxSize : codec.maxSize;
}
