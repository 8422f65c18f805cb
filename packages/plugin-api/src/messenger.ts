// The hooks of the messenger, the table that a host has by default.

import { bytes, flag, list, optional, record, text, u64, uint, type ValueOf } from './codec/index.js';
import { defineHooks, hasHook } from './hook-set.js';
import { type EventIn, gate, type HookKind, type HookNameIn, type HookTable, observer } from './hook-table.js';
import type { HandlersOf, PluginOf } from './plugin.js';

const identityKey = bytes(32);
const channelId = bytes(16);
/** A username; the limit is in bytes of UTF-8. */
const username = text(1024);

const messageEvent = record({
  /** The sender; absent for a message of a sealed sender. */
  senderIdentity: optional(identityKey),
  /** The owner of the mailbox that it goes to. */
  recipientKey: identityKey,
  /** The channel between the two. */
  channelId,
  /** Length of the encrypted payload in bytes. No plugin sees the payload itself. */
  payloadLen: uint,
  /** Number of the message in its mailbox, assigned by the server. */
  seq: u64,
});

const authEvent = record({
  username,
  success: flag,
  /** Reason of a failure; empty on success. */
  failureReason: text(1024),
});

const channelEvent = record({
  channelId,
  /** The user who asked for the channel. */
  initiatorKey: identityKey,
  peerKey: identityKey,
  /** False when the pair already had the channel. */
  wasNew: flag,
});

const fetchEvent = record({
  /** The owner of the mailbox that was read. */
  recipientKey: identityKey,
  channelId,
  /** Number of messages returned. */
  messageCount: uint,
});

const userRegisteredEvent = record({ username, identityKey });

/** The table. A new hook is one new row. Wire ids are the positions of the rows, so add rows at the end. */
export const messengerHooks = defineHooks('messenger', 1, {
  /** Before each message is stored, on its own or in a batch. */
  onMessageEnqueue: gate(messageEvent, { by: 'recipientKey', log: ['seq', 'channelId'] }),
  /** After a batch was enqueued, with the messages that were stored. */
  onBatchEnqueue: observer(list(messageEvent), { by: 'recipientKey' }),
  /** After a login attempt, successful or not. */
  onAuth: observer(authEvent, { by: 'username' }),
  /** After a channel was created or looked up. */
  onChannelCreated: observer(channelEvent, { by: 'initiatorKey' }),
  /** After messages were fetched, even if there were none. */
  onFetch: observer(fetchEvent, { by: 'recipientKey' }),
  /** When a user completes registration. */
  onUserRegistered: observer(userRegisteredEvent, { by: 'username' }),
});

/** Its rows. */
export const hooks = messengerHooks.rows;

type Table = typeof hooks;

/** Name of a hook, or of the hooks of one kind. */
export type HookName<K extends HookKind = HookKind, T extends HookTable = Table> = HookNameIn<T, K>;

/** The event that a hook carries. */
export type EventOf<N extends keyof T, T extends HookTable = Table> = EventIn<T, N>;

/** Handlers by hook: a gate handler answers, an observer handler is only told. Both may be async. */
export type Handlers<Config = unknown, T extends HookTable = Table> = HandlersOf<T, Config>;

/** A plugin of the messenger. */
export type Plugin<Config = unknown> = PluginOf<Table, Config>;

export interface MessageEvent extends ValueOf<typeof messageEvent> {}
export interface AuthEvent extends ValueOf<typeof authEvent> {}
export interface ChannelEvent extends ValueOf<typeof channelEvent> {}
export interface FetchEvent extends ValueOf<typeof fetchEvent> {}
export interface UserRegisteredEvent extends ValueOf<typeof userRegisteredEvent> {}

/** Names of all hooks, indexed by wire id. */
export const hookNames = messengerHooks.names;

export function isHookName(name: string): name is HookName {
  return hasHook(messengerHooks, name);
}

/**
 * Types a plugin and stamps it with what it was written for. Export the result as the module's default:
 *
 *     export default definePlugin({
 *       onMessageEnqueue: (event) => (event.payloadLen > 65_536 ? Reject('too large') : Continue),
 *     });
 *
 * @throws TypeError for an instance of a class: its methods belong to its prototype, and would silently be lost.
 */
export const { definePlugin } = messengerHooks;
