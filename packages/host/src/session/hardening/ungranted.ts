// Reports uses of what is absent because it was not granted: variables of the environment, and the data folder.
//
// Reading them throws nothing, because plugins and libraries look whether they are there.

import { asksFor } from '../../contract/permissions.js';
import type { ThreadStart } from '../../contract/thread-contract.js';
import { isPluginsOwn, placesIn } from '../../contract/thrown.js';
import { threadStart } from '../thread-start.js';
import { refusalText } from './refusals.js';

/** A use of something absent. */
export interface UngrantedUse {
  readonly words: string;
  /** The manifest asks for it, so that its absence is the operator's choice, or an oversight. */
  readonly isAskedFor: boolean;
}

/** The most names that are reported in a thread. */
const namesMax = 20;
const names: string[] = [];
const uses: UngrantedUse[] = [];
let report: (use: UngrantedUse) => void = () => {};

/** Calls `listener` at the first use of each absent thing. */
export function onUngrantedUse(listener: (use: UngrantedUse) => void): void {
  report = listener;
}

/** Makes `process.env` report the plugin's own uses of absent variables. A library may look for any. */
export function reportAbsentVariables(start: ThreadStart): void {
  process.env = new Proxy(process.env, {
    get(variables, name) {
      const value: unknown = Reflect.get(variables, name);
      if (value === undefined && isNew(name) && !start.granted.env.includes(name)) readVariable(name, start);
      return value;
    },
    // With the proxy as the receiver, Node would refuse to change a variable.
    set: (variables, name, value) => Reflect.set(variables, name, value),
  });
}

/** Reports that the plugin looked for its data folder, which it has not. */
export function usedDataFolder(): void {
  if (threadStart === undefined || threadStart.granted.data || !isNew('context.dataFolder')) return;
  add('context.dataFolder', 'keep files', threadStart, 'data');
}

/** Adds what was absent to an error that may well come of it. */
export function withUngranted(error: unknown): unknown {
  const words = uses.filter(({ isAskedFor }) => isAskedFor).map((use) => use.words);
  if (words.length > 0 && error instanceof Error) error.message = `${error.message}; ${words.join('; ')}`;
  return error;
}

const isNew = (name: string | symbol): name is string =>
  typeof name === 'string' && names.length < namesMax && /^[A-Za-z_][\w.]*$/.test(name) && !names.includes(name);

function readVariable(name: string, start: ThreadStart): void {
  // Two functions of this file are on top of the stack.
  const place = placesIn(new Error().stack)[2] ?? '';
  if (!isPluginsOwn(place) || place.includes('/node_modules/')) return;
  add(name, `read the variable ${name} of its environment`, start, 'env');
}

function add(name: string, what: string, start: ThreadStart, permission: 'env' | 'data'): void {
  names.push(name);
  const words = `${name} is undefined: ${refusalText(what, permission, name, start)}`;
  const use = { words, isAskedFor: asksFor(start.asked, permission, name) };
  uses.push(use);
  report(use);
}
