// Events that do not have the shape of their hook are refused by the name of the field.

import { type AnyCodec, EventError } from '@gatehouse/plugin-api/codec';
import { type HookName, hooks } from '@gatehouse/plugin-api/hooks';
import t from 'tap';
import { cross } from './round-trip.js';

const key = new Uint8Array(32);
const channelId = new Uint8Array(16);
const message = { senderIdentity: key, recipientKey: key, channelId, payloadLen: 1, seq: 1n };
const auth = { username: 'ada', success: true, failureReason: '' };
const fetched = { recipientKey: key, channelId, messageCount: 1 };

/** The error that an event is refused with. */
function refusal(hook: HookName, event: unknown): EventError {
  try {
    cross(hooks[hook].codec as AnyCodec, event);
  } catch (error) {
    if (error instanceof EventError) return error;
  }
  throw new Error('the event was not refused with an EventError');
}

interface Case {
  readonly what: string;
  readonly hook: HookName;
  readonly event: unknown;
  readonly message: string;
}

const cases: readonly Case[] = [
  {
    what: 'a key of 31 bytes',
    hook: 'onMessageEnqueue',
    event: { ...message, recipientKey: new Uint8Array(31) },
    message: 'recipientKey: expected 32 bytes, got 31 bytes',
  },
  {
    what: 'a key of 33 bytes',
    hook: 'onUserRegistered',
    event: { username: 'ada', identityKey: new Uint8Array(33) },
    message: 'identityKey: expected 32 bytes, got 33 bytes',
  },
  {
    what: 'a sender of the wrong length, though it may be absent',
    hook: 'onMessageEnqueue',
    event: { ...message, senderIdentity: new Uint8Array(0) },
    message: 'senderIdentity: expected 32 bytes, got 0 bytes',
  },
  {
    what: 'a key in the place of a channel id',
    hook: 'onFetch',
    event: { ...fetched, channelId: key },
    message: 'channelId: expected 16 bytes, got 32 bytes',
  },
  {
    what: 'a channel id as text',
    hook: 'onChannelCreated',
    event: { channelId: 'abc', initiatorKey: key, peerKey: key, wasNew: true },
    message: 'channelId: expected 16 bytes, got string',
  },
  {
    what: 'bytes as a plain array',
    hook: 'onFetch',
    event: { ...fetched, recipientKey: Array(32).fill(0) },
    message: 'recipientKey: expected 32 bytes, got an array',
  },
  {
    what: 'null for a field that may be absent',
    hook: 'onMessageEnqueue',
    event: { ...message, senderIdentity: null },
    message: 'senderIdentity: expected 32 bytes, got null',
  },
  {
    what: 'a missing field',
    hook: 'onMessageEnqueue',
    event: { ...message, seq: undefined },
    message: 'seq: expected a bigint from 0 to 2^64 - 1, got undefined',
  },
  {
    what: 'a sequence number that is no bigint',
    hook: 'onMessageEnqueue',
    event: { ...message, seq: 1 },
    message: 'seq: expected a bigint from 0 to 2^64 - 1, got 1',
  },
  {
    what: 'a sequence number of 65 bits',
    hook: 'onMessageEnqueue',
    event: { ...message, seq: 2n ** 64n },
    message: 'seq: expected a bigint from 0 to 2^64 - 1, got 18446744073709551616',
  },
  {
    what: 'a negative length',
    hook: 'onMessageEnqueue',
    event: { ...message, payloadLen: -1 },
    message: 'payloadLen: expected a whole number of 0 or more, got -1',
  },
  {
    what: 'a count that is no number',
    hook: 'onFetch',
    event: { ...fetched, messageCount: Number.NaN },
    message: 'messageCount: expected a whole number of 0 or more, got NaN',
  },
  {
    what: 'a flag that is only truthy',
    hook: 'onAuth',
    event: { ...auth, success: 1 },
    message: 'success: expected true or false, got 1',
  },
  {
    what: 'a username of 1,025 bytes in fewer characters',
    hook: 'onAuth',
    event: { ...auth, username: `${'é'.repeat(512)}x` },
    message: 'username: expected text of at most 1024 bytes, got 1025 bytes',
  },
  {
    what: 'an event that is no object',
    hook: 'onAuth',
    event: null,
    message: 'event: expected an object, got null',
  },
  {
    what: 'a batch that is no array',
    hook: 'onBatchEnqueue',
    event: message,
    message: 'event: expected an array, got object',
  },
  {
    what: 'a wrong message within a batch, by its place',
    hook: 'onBatchEnqueue',
    event: [message, { ...message, channelId: key }],
    message: '[1].channelId: expected 16 bytes, got 32 bytes',
  },
  {
    what: 'a hole in a batch',
    hook: 'onBatchEnqueue',
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    event: [message, , message],
    message: '[1]: expected an object, got undefined',
  },
];

for (const { what, hook, event, message } of cases) {
  t.test(`${hook} refuses ${what}`, async (t) => {
    const error = refusal(hook, event);
    t.equal(error.message, message);
    t.equal(error.code, 'EVENT_INVALID');
    t.equal(error.field, /^event:/.test(message) ? '' : message.slice(0, message.indexOf(':')));
  });
}

t.test('a username of exactly 1,024 bytes is taken', async (t) => {
  t.equal(cross(hooks.onAuth.codec, { ...auth, username: 'é'.repeat(512) }).written, 4 + 1024 + 1 + 4);
});
