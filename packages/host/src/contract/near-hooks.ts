// Members of a plugin whose names nearly are a hook's, and are none: a guard that only its author believes in.

import { type HookName, hookNames } from '@gatehouse/plugin-api/hooks';
import { didYouMean } from '@gatehouse/support/did-you-mean';

/** What a plugin has by these names is its own, and no hook. */
const known = ['apiVersion', 'start', 'stop'];

/** Words for each such member, as far as its hook is not there as well. */
export function nearHooks(members: readonly string[], implemented: readonly string[]): readonly string[] {
  const missing: readonly HookName[] = hookNames.filter((name) => !implemented.includes(name));
  return members.flatMap((name) => {
    if (known.includes(name)) return [];
    const hint = didYouMean(name, missing);
    return hint === '' ? [] : [`${name.slice(0, 64)} is no hook${hint}`];
  });
}
