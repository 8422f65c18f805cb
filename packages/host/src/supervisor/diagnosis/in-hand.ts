// The work that a session had in hand when it ended, read from its channel: the hook, and the event of a gate call.

import { type AnyCodec, Cursor } from '@gatehouse/plugin-api/codec';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { type Channel, unpackVerdict, verdict, word } from '../../channel/index.js';

/** Returns the hook whose handler has not returned yet; undefined if there is none. */
export function hookInHand({ names }: AnyHookSet, { control, answered }: Channel): string | undefined {
  const isAsked = Atomics.load(control, word.CALL) !== Atomics.load(answered, 0);
  return names[isAsked ? Atomics.load(control, word.CALL_HOOK) : Atomics.load(control, word.SERVING) - 1];
}

/** Describes it, such as `onAuth` or `onMessageEnqueue with seq=7, payloadLen=12`; empty if nothing was in hand. */
export function inHand(hooks: AnyHookSet, channel: Channel): string {
  const hook = hookInHand(hooks, channel);
  if (hook === undefined) return '';
  const { kind, codec } = hooks.rows[hook]!;
  return kind === 'gate' ? gateCall(channel, hook, codec) : hook;
}

function gateCall(channel: Channel, hook: string, codec: AnyCodec): string {
  const { control, sizes, verdicts } = channel;
  const call = Atomics.load(control, word.CALL);
  const count = Math.min(Atomics.load(control, word.CALL_COUNT), sizes.callMax);
  const isOpen = (place: number) => unpackVerdict(call, Atomics.load(verdicts, place)) === verdict.NONE;
  const open = Array.from({ length: count }, (_, place) => place).filter(isOpen);
  const first = open[0];
  if (first === undefined) return hook;
  const more = open.length > 1 ? ` and ${open.length - 1} more` : '';
  return `${hook} with ${eventAt(channel, codec, first)}${more}`;
}

/** Describes an event. The session can write to this memory too, so the bytes may no longer be an event. */
function eventAt({ request }: Channel, codec: AnyCodec, place: number): string {
  try {
    const cursor = new Cursor(request);
    let event: unknown;
    for (let i = 0; i <= place; i++) {
      event = codec.read(cursor);
      cursor.at = (cursor.at + 3) & ~3;
    }
    return Object.entries(event as object)
      .map(([name, value]) => `${name}=${textOf(value)}`)
      .join(', ');
  } catch {
    return 'an event that it has overwritten';
  }
}

/** Shows only the ends of an identity key: this goes to the log, which must not identify anybody. */
function textOf(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value);
  const hex = Buffer.from(value).toString('hex');
  return value.length < 32 ? hex : `${hex.slice(0, 8)}…${hex.slice(-4)}`;
}
