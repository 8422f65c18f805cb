// Finds members of a plugin with nearly the name of a hook: handlers that would never be called.

import { didYouMean } from '@gatehouse/support/did-you-mean';

/** Names of members that are not hooks. */
const known = ['apiVersion', 'hookSet', 'start', 'stop'];

/** Describes each such member, unless its hook is implemented as well. */
export function nearHooks(
  members: readonly string[],
  implemented: readonly string[],
  hookNames: readonly string[],
): readonly string[] {
  const missing = hookNames.filter((name) => !implemented.includes(name));
  return members.flatMap((name) => {
    if (known.includes(name)) return [];
    const hint = didYouMean(name, missing);
    return hint === '' ? [] : [`${name.slice(0, 64)} is no hook${hint}`];
  });
}
