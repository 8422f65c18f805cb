// The handshake: compares the module's own description with what this host supports.

import { apiVersion } from '@gatehouse/plugin-api';
import { type HookName, hookNames, isHookName } from '@gatehouse/plugin-api/hooks';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { nearHooks } from '../contract/near-hooks.js';
import type { Hello } from '../contract/session-contract.js';

export type Handshake =
  | { readonly agreed: true; readonly hooks: readonly HookName[] }
  | { readonly agreed: false; readonly reason: string };

/** Bounds on quoted names of members, because a plugin can have them in any length and number. */
const nameMax = 64;
const nearMax = 3;

const theHooks = `the hooks are ${hookNames.join(', ')}`;

/** Compares interface version and hook names; `announced` are the hooks in the manifest, if it names any. */
export function shakeHands(hello: Hello, announced: readonly string[] | undefined): Handshake {
  if (hello.apiVersion !== apiVersion) {
    return refuse(
      `it was written for version ${hello.apiVersion} of the plugin interface; this host speaks ${apiVersion}`,
    );
  }
  const unknown = hello.hooks.find((name) => !isHookName(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, hookNames);
    return refuse(`it implements ${unknown.slice(0, nameMax)}, which is no hook${hint}; ${theHooks}`);
  }
  if (hello.hooks.length === 0) {
    const near = nearHooks(hello.others, []).slice(0, nearMax);
    return refuse(`${['it implements no hook', ...near].join('; ')}; ${theHooks}`);
  }
  const missing = announced?.find((name) => !hello.hooks.includes(name));
  if (missing !== undefined) return refuse(`its manifest announces ${missing}, which the module does not implement`);
  const extra = announced && hello.hooks.find((name) => !announced.includes(name));
  if (extra !== undefined) return refuse(`the module implements ${extra}, which its manifest does not announce`);
  return { agreed: true, hooks: hello.hooks.filter(isHookName) };
}

const refuse = (reason: string): Handshake => ({ agreed: false, reason });
