// Reads what a gate handler answers in place of a Continue: a Reject or a Defer, with what they carry. All of it is untrusted.

import { retryAfterMsMax } from '@gatehouse/plugin-api';
import { type AnyCodec, Cursor, EventError } from '@gatehouse/plugin-api/codec';
import type { Carried } from '../channel/index.js';
import { dataFault, faultOf, timeFault } from './bad-verdict.js';

/** `isDefer`: a Defer, else a Reject. `fault`: neither of them, in words that complete "the plugin …". */
export type Objection = (Carried & { readonly isDefer: boolean }) | { readonly fault: string };

/** `reject`: what a Reject of the hook carries; undefined: nothing. */
export function carriedBy(answer: unknown, reject: AnyCodec | undefined): Objection {
  if (typeof answer !== 'object' || answer === null) return { fault: faultOf(answer) };
  const { action, reason } = answer as { readonly action?: unknown; readonly reason?: unknown };
  if (typeof reason !== 'string') return { fault: faultOf(answer) };
  if (action === 'reject') return rejected(answer, reason, reject);
  if (action === 'defer') return deferred(answer, reason);
  return { fault: faultOf(answer) };
}

function rejected(answer: object, reason: string, codec: AnyCodec | undefined): Objection {
  const { data } = answer as { readonly data?: unknown };
  if (codec === undefined) return data === undefined ? { isDefer: false, reason } : { fault: dataFault('none') };
  try {
    const cursor = new Cursor(new Uint8Array(codec.maxSize));
    codec.write(cursor, data);
    return { isDefer: false, reason, data: cursor.bytes.subarray(0, cursor.at) };
  } catch (error) {
    if (!(error instanceof EventError)) throw error;
    return { fault: dataFault(error.message) };
  }
}

function deferred(answer: object, reason: string): Objection {
  const { retryAfterMs } = answer as { readonly retryAfterMs?: unknown };
  if (retryAfterMs === undefined) return { isDefer: true, reason };
  const isTime = Number.isInteger(retryAfterMs) && (retryAfterMs as number) >= 0;
  if (!isTime || (retryAfterMs as number) > retryAfterMsMax) return { fault: timeFault(retryAfterMs) };
  return { isDefer: true, reason, retryAfterMs: retryAfterMs as number };
}
