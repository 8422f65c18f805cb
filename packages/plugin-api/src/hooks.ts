// The table of hooks: every hook's name, kind and codec. Types, wire ids, checks and labels all derive from it.

import {
  type AnyCodec,
  bytes,
  type Codec,
  flag,
  list,
  optional,
  record,
  text,
  u64,
  uint,
  type ValueOf,
} from './codec/index.js';

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

/**
 * - `gate`: asked before an event takes effect; the server waits for the verdict.
 * - `observer`: told afterwards; nothing waits for it, and its return value is ignored.
 */
export type HookKind = 'gate' | 'observer';

/** One row of the table. */
export interface HookRow<K extends HookKind = HookKind, C extends AnyCodec = AnyCodec> {
  readonly kind: K;
  readonly codec: C;
  /** The field by which the threads of one plugin share the work: equal values meet on one thread, in order. */
  readonly by: string;
}

type FieldOf<E> = keyof (E extends readonly (infer Item)[] ? Item : E) & string;

/** A row for a hook that is asked. */
export function gate<E>(codec: Codec<E>, by: FieldOf<E>): HookRow<'gate', Codec<E>> {
  return { kind: 'gate', codec, by };
}

/** A row for a hook that is told. */
export function observer<C extends AnyCodec>(codec: C, by: FieldOf<ValueOf<C>>): HookRow<'observer', C> {
  return { kind: 'observer', codec, by };
}

/** The table. A new hook is one new row. Wire ids are the positions of the rows, so add rows at the end. */
export const hooks = {
  /** Before each message is stored, on its own or in a batch. */
  onMessageEnqueue: gate(messageEvent, 'recipientKey'),
  /** After a batch was enqueued, with the messages that were stored. */
  onBatchEnqueue: observer(list(messageEvent), 'recipientKey'),
  /** After a login attempt, successful or not. */
  onAuth: observer(authEvent, 'username'),
  /** After a channel was created or looked up. */
  onChannelCreated: observer(channelEvent, 'initiatorKey'),
  /** After messages were fetched, even if there were none. */
  onFetch: observer(fetchEvent, 'recipientKey'),
  /** When a user completes registration. */
  onUserRegistered: observer(userRegisteredEvent, 'username'),
} as const;

/** A table of hooks; the one we ship is `hooks`. The types below take a different one only in tests. */
export type HookTable = Readonly<Record<string, HookRow>>;
type Table = typeof hooks;

/** Name of a hook, or of the hooks of one kind. */
export type HookName<K extends HookKind = HookKind, T extends HookTable = Table> = {
  [N in keyof T]: T[N] extends HookRow<K> ? N : never;
}[keyof T] &
  string;

/** The event that a hook carries. */
export type EventOf<N extends keyof T, T extends HookTable = Table> = ValueOf<T[N]['codec']>;

export interface MessageEvent extends ValueOf<typeof messageEvent> {}
export interface AuthEvent extends ValueOf<typeof authEvent> {}
export interface ChannelEvent extends ValueOf<typeof channelEvent> {}
export interface FetchEvent extends ValueOf<typeof fetchEvent> {}
export interface UserRegisteredEvent extends ValueOf<typeof userRegisteredEvent> {}

/** Names of all hooks, indexed by wire id. */
export const hookNames = Object.keys(hooks) as readonly HookName[];

export function isHookName(name: string): name is HookName {
  return Object.hasOwn(hooks, name);
}
