// Hooks that run in the caller's own thread: no-op defaults, and several sets of hooks as one.

import { Continue, type HookAction } from './actions.js';
import type { EventIn, HookNameIn, HookTable } from './hook-table.js';
import { type HookName, hookNames, hooks } from './messenger.js';

/** Every hook as a plain synchronous method: a gate hook answers, an observer hook returns nothing. */
export type ServerHooks<T extends HookTable = typeof hooks> = {
  [N in HookNameIn<T, 'gate'>]: (event: EventIn<T, N>) => HookAction;
} & {
  [N in HookNameIn<T, 'observer'>]: (event: EventIn<T, N>) => void;
};

type AnyHook = (event: never) => HookAction | void;

/** Builds one function per hook of the table, by kind. */
function eachHook(gate: (name: HookName) => AnyHook, observer: (name: HookName) => AnyHook): ServerHooks {
  const entries = hookNames.map((name) => [name, hooks[name].kind === 'gate' ? gate(name) : observer(name)]);
  return Object.fromEntries(entries) as ServerHooks;
}

/** Hooks that let everything pass and do nothing. */
export const noopHooks: ServerHooks = Object.freeze(
  eachHook(
    () => () => Continue,
    () => () => {},
  ),
);

/**
 * Combines several sets of hooks into one. They are called in the order given.
 *
 * - gate: the first Reject or Defer is the answer, and no further set is asked; a set without the hook is skipped.
 * - observer: all are told, even after one threw; then the first error is thrown.
 */
export function composeHooks(...sets: readonly Partial<ServerHooks>[]): ServerHooks {
  const implementing = (name: HookName) =>
    sets.filter((set) => set[name] !== undefined) as readonly Record<HookName, AnyHook>[];
  return eachHook(
    (name) => {
      const members = implementing(name);
      return (event) => {
        for (const member of members) {
          const action = member[name](event);
          if (action?.action !== 'continue') return action;
        }
        return Continue;
      };
    },
    (name) => {
      const members = implementing(name);
      return (event) => {
        const errors: unknown[] = [];
        for (const member of members) {
          try {
            member[name](event);
          } catch (error) {
            errors.push(error);
          }
        }
        if (errors.length > 0) throw errors[0];
      };
    },
  );
}
