// Describes an answer of a gate handler that is no verdict: which part of it is wrong. Everything in it is untrusted.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import { cut } from './describe-thrown.js';
import { hasOwn, isArray } from './taken.js';

const expected = 'a gate handler has to return Continue, Reject(reason) or Defer(reason)';
const actions = ['continue', 'reject', 'defer'] as const;
/** Keys of an answer that are named. */
const keysMax = 8;
const quoteMax = 40;

/** Returns words that complete "the plugin …". Reading the answer may throw. */
export function faultOf(answer: unknown): string {
  if (answer === undefined) return `answered nothing (undefined): ${expected}`;
  if (typeof answer === 'function') return `answered a function: call it, as in Reject(reason); ${expected}`;
  if (typeof answer === 'string') return `answered the text ${quoted(answer)}: ${expected}`;
  if (typeof answer !== 'object' || answer === null) return `answered ${cut(String(answer))}: ${expected}`;
  if (isArray(answer)) return `answered an array: ${expected}`;
  return faultOfObject(answer);
}

function faultOfObject(answer: object): string {
  const { action, reason } = answer as { readonly action?: unknown; readonly reason?: unknown };
  if (!hasOwn(answer, 'action')) return `answered ${keysOf(answer)}, and no action: ${expected}`;
  if (action === 'reject' || action === 'defer') {
    const name = action === 'reject' ? 'Reject' : 'Defer';
    return `answered a ${name}, and its reason is ${kindOf(reason)}: it has to be text`;
  }
  if (typeof action !== 'string') return `answered an object whose action is ${kindOf(action)}: ${expected}`;
  const hint = didYouMean(action.slice(0, quoteMax), actions);
  return `answered an object whose action is ${quoted(action)}${hint || `, which is none: ${expected}`}`;
}

/** `complaint`: what is wrong with the data, or `none` if there must not be any. */
export function dataFault(complaint: string): string {
  const why = complaint === 'none' ? 'the table of hooks declares none for it' : complaint;
  return `answered a Reject with data that is wrong: ${why}`;
}

export function timeFault(retryAfterMs: unknown): string {
  return `answered a Defer, and its retryAfterMs is ${kindOf(retryAfterMs)}: it has to be whole ms, at most a day`;
}

function keysOf(answer: object): string {
  const keys = Object.keys(answer).slice(0, keysMax).map(cut).join(', ');
  return `an object with the keys [${cut(keys)}]`;
}

const quoted = (text: string) => JSON.stringify(text.slice(0, quoteMax));

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (isArray(value)) return 'an array';
  return value === undefined ? 'undefined' : `a ${typeof value}`.replace('a object', 'an object');
}
