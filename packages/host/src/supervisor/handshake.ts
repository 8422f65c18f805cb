// The handshake: compares the module's own description with what this host supports.

import { apiVersion } from '@gatehouse/plugin-api';
import { type AnyHookSet, hasHook } from '@gatehouse/plugin-api/hooks';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { nearHooks } from '../contract/near-hooks.js';
import type { Hello } from '../contract/session-contract.js';

export type Handshake =
  | { readonly agreed: true; readonly hooks: readonly string[] }
  | { readonly agreed: false; readonly reason: string };

/** Bounds on quoted names of members, because a plugin can have them in any length and number. */
const nameMax = 64;
const nearMax = 3;

/** Compares interface version, hook names and what their handlers get; `announced` are the hooks in the manifest, if it names any. */
export function shakeHands(set: AnyHookSet, hello: Hello, announced: readonly string[] | undefined): Handshake {
  const theHooks = `the hooks are ${set.names.join(', ')}`;
  if (hello.apiVersion !== apiVersion) {
    return refuse(
      `it was written for version ${hello.apiVersion} of the plugin interface; this host speaks ${apiVersion}`,
    );
  }
  const unknown = hello.hooks.find((name) => !hasHook(set, name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, set.names);
    return refuse(`it implements ${unknown.slice(0, nameMax)}, which is no hook${hint}; ${theHooks}`);
  }
  if (hello.hooks.length === 0) {
    const near = nearHooks(hello.others, [], set.names).slice(0, nearMax);
    return refuse(`${['it implements no hook', ...near].join('; ')}; ${theHooks}`);
  }
  const missing = announced?.find((name) => !hello.hooks.includes(name));
  if (missing !== undefined) return refuse(`its manifest announces ${missing}, which the module does not implement`);
  const extra = announced && hello.hooks.find((name) => !announced.includes(name));
  if (extra !== undefined) return refuse(`the module implements ${extra}, which its manifest does not announce`);
  const changed = hello.hooks.find((name) => isOther(set, hello, name));
  if (changed !== undefined) return refuse(otherRow(set, hello, changed));
  return { agreed: true, hooks: hello.hooks };
}

const refuse = (reason: string): Handshake => ({ agreed: false, reason });

/** Whether the plugin was written for a row of that name that differs from ours. One without a stamp takes any. */
function isOther(set: AnyHookSet, { hookSet }: Hello, name: string): boolean {
  const written: unknown = hookSet?.rows?.[name];
  return typeof written === 'string' && written !== set.rowHashes[name];
}

function otherRow({ id, version }: AnyHookSet, { hookSet }: Hello, name: string): string {
  const theirs = `${String(hookSet?.id).slice(0, nameMax)} ${String(hookSet?.version).slice(0, nameMax)}`;
  const ours = `${id} ${version}`;
  const tables =
    theirs === ours
      ? `the plugin is built with another form of the table of hooks ${ours} (the fields of ${name}, their limits or its kind)`
      : `the plugin is built with the table of hooks ${theirs}, this host has ${ours}`;
  return `its ${name} was written for other events: ${tables}. Build the plugin with the table of this host`;
}
