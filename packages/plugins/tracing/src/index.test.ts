// Tests the lines written for each event.

import { Continue, type PluginContext, type PluginLog } from '@gatehouse/plugin-api';
import { hookNames } from '@gatehouse/plugin-api/hooks';
import t from 'tap';
import tracing, { type Config } from './index.js';

type Line = readonly [level: string, fields: object, message: string];

/** Returns a context that records logged lines. */
function recording(prefixBytes = 4): { readonly lines: readonly Line[]; readonly context: PluginContext<Config> } {
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, message: string) => lines.push([level, fields, message]);
  const log = { info: at('info'), warn: at('warn') } as unknown as PluginLog;
  return { lines, context: { log, config: { prefixBytes } } as PluginContext<Config> };
}

const key = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => first + i);
const channelId = new Uint8Array(16).fill(0xab);
const message = { senderIdentity: key(1), recipientKey: key(0x10), channelId, payloadLen: 300, seq: 2n ** 64n - 1n };
const messageFields = {
  sender: '01020304',
  recipient: '10111213',
  channel: 'abababab',
  payloadLen: 300,
  seq: '18446744073709551615',
};

t.test('every hook of the table is traced', async (t) => {
  for (const name of hookNames) t.type(tracing[name], 'function', name);
});

t.test('a message passes, and is logged with key prefixes, its length and its exact sequence number', async (t) => {
  const { lines, context } = recording();
  t.equal(tracing.onMessageEnqueue?.(message, context), Continue);
  t.same(lines, [['info', messageFields, 'hook: message enqueued']]);
});

t.test('a message of a sealed sender says so', async (t) => {
  const { lines, context } = recording();
  const { senderIdentity: _, ...sealed } = message;
  tracing.onMessageEnqueue?.(sealed, context);
  t.same(lines, [['info', { ...messageFields, sender: 'sealed' }, 'hook: message enqueued']]);
});

t.test('a batch is one line with its messages', async (t) => {
  const { lines, context } = recording();
  tracing.onBatchEnqueue?.([message, message], context);
  t.same(lines, [['info', { count: 2, messages: [messageFields, messageFields] }, 'hook: batch enqueued']]);
});

t.test('a failed login is a warning with its reason, a successful one is not', async (t) => {
  const { lines, context } = recording();
  tracing.onAuth?.({ username: 'ada', success: false, failureReason: 'wrong password' }, context);
  tracing.onAuth?.({ username: 'ada', success: true, failureReason: '' }, context);
  t.same(lines, [
    ['warn', { username: 'ada', failureReason: 'wrong password' }, 'hook: login failure'],
    ['info', { username: 'ada' }, 'hook: login success'],
  ]);
});

t.test('a channel that was there already is told from a new one', async (t) => {
  const { lines, context } = recording();
  const event = { channelId, initiatorKey: key(1), peerKey: key(2) };
  tracing.onChannelCreated?.({ ...event, wasNew: true }, context);
  tracing.onChannelCreated?.({ ...event, wasNew: false }, context);
  const fields = { channel: 'abababab', initiator: '01020304', peer: '02030405' };
  t.same(lines, [
    ['info', fields, 'hook: channel created'],
    ['info', fields, 'hook: channel looked up'],
  ]);
});

t.test('a fetch says whose mailbox was read and how many messages it held', async (t) => {
  const { lines, context } = recording();
  tracing.onFetch?.({ recipientKey: key(1), channelId, messageCount: 7 }, context);
  t.same(lines, [['info', { recipient: '01020304', channel: 'abababab', messageCount: 7 }, 'hook: messages fetched']]);
});

t.test('a registration is logged with as much of the key as is configured', async (t) => {
  const { lines, context } = recording(2);
  tracing.onUserRegistered?.({ username: 'ada', identityKey: key(1) }, context);
  t.same(lines, [['info', { username: 'ada', identity: '0102' }, 'hook: user registered']]);
});
