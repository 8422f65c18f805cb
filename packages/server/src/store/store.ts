// The server's interface to a database. It assumes no particular database or machine: every method may wait.

import type { StoreError } from './store-error.js';

/** A registered user. One username has one identity key, and one identity key has one username. */
export interface User {
  readonly username: string;
  readonly identityKey: Uint8Array;
  /** The OPAQUE envelope of the password, as the client made it. */
  readonly registrationRecord: string;
}

/** The user that a session token stands for, with its begin and end (milliseconds since 1970). */
export interface Session {
  readonly username: string;
  readonly identityKey: Uint8Array;
  readonly openedAt: number;
  readonly expiresAt: number;
}

export interface Channel {
  readonly id: Uint8Array;
  /** The two identities, in byte order. */
  readonly members: readonly [Uint8Array, Uint8Array];
}

/** The messages of one recipient in one channel. */
export interface Mailbox {
  readonly recipientKey: Uint8Array;
  readonly channelId: Uint8Array;
}

export interface Message {
  readonly payload: Uint8Array;
  /** Absent when the sender is sealed. */
  readonly senderIdentity?: Uint8Array;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  /** From this time on it is not fetched any more (milliseconds since 1970). */
  readonly expiresAt: number;
  /** Plugins without whose verdict it was let through, because they were undecided. Never empty. */
  readonly admittedWithout?: readonly string[];
}

export interface NumberedMessage extends Message {
  readonly seq: bigint;
}

/** The record of a message that its sender may send again. */
export interface Receipt {
  readonly seq: bigint;
  /** Distinguishes the message from others. */
  readonly fingerprint: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A number that was assigned and decided on. Without a message it stays a gap. */
export interface Settlement {
  readonly mailbox: Mailbox;
  readonly seq: bigint;
  readonly message?: Message;
  /** Kept together with the message, under a name of at most 128 bytes. */
  readonly receipt?: Omit<Receipt, 'seq'> & { readonly id: Uint8Array };
}

/** The outcome of a settlement: `full` when its message had no room in the mailbox. */
export type Settled = 'stored' | 'full' | 'gap';

/** The most that a mailbox may hold. */
export interface MailboxLimit {
  readonly messages: number;
  /** Payload bytes. */
  readonly bytes: number;
}

export interface FetchRange {
  /** Only messages with a higher number. */
  readonly after: bigint;
  readonly limit: number;
  /** The payloads together do not exceed this; the first message is always included. */
  readonly maxBytes: number;
}

/** A message that was let through without a plugin's verdict, as shown to operators. */
export interface AdmittedMessage {
  readonly mailbox: Mailbox;
  readonly seq: bigint;
  readonly storedAt: number;
  readonly admittedWithout: readonly string[];
}

export interface AdmittedRange {
  /** Only messages that passed without this plugin's verdict. */
  readonly plugin?: string;
  /** The `next` of an earlier answer. */
  readonly after?: string;
  readonly limit: number;
}

export interface AdmittedAnswer {
  readonly messages: readonly AdmittedMessage[];
  /** Where to continue; absent at the end. There may be more even if fewer came than were asked for. */
  readonly next?: string;
}

/** A promise resolves once its changes are on disk. A write may throw StoreError, and has then changed nothing. */
export interface Store {
  addUser(user: User): Promise<'added' | 'username-taken' | 'identity-taken'>;
  user(username: string): Promise<User | undefined>;
  hasIdentity(identityKey: Uint8Array): Promise<boolean>;

  addSession(tokenHash: Uint8Array, session: Session): Promise<void>;
  session(tokenHash: Uint8Array): Promise<Session | undefined>;
  /** Moves the end of a session; one that was removed in the meantime stays removed. */
  renewSession(tokenHash: Uint8Array, expiresAt: number): Promise<void>;
  removeSession(tokenHash: Uint8Array): Promise<void>;
  removeSessionsOf(identityKey: Uint8Array): Promise<number>;
  removeSessionsExpiredBy(time: number): Promise<number>;

  /** Returns the channel of a pair: the existing one, or a new one with the proposed id. A pair never gets two. */
  openChannel(
    a: Uint8Array,
    b: Uint8Array,
    proposedId: Uint8Array,
  ): Promise<{ readonly channel: Channel; readonly wasNew: boolean }>;
  channel(id: Uint8Array): Promise<Channel | undefined>;

  /** Assigns each mailbox its next number, in order. A mailbox may occur repeatedly. All numbers must be committed. */
  assignSeqs(mailboxes: readonly Mailbox[]): Promise<readonly bigint[]>;
  /**
   * Stores the messages that have room with their receipts, and marks the numbers as used: all of it or nothing.
   * Committed numbers are never assigned again. Settlements become visible in the order of the calls.
   */
  commit(settlements: readonly Settlement[], limit: MailboxLimit): Promise<readonly Settled[]>;
  /** Returns false only if the mailbox certainly has no room for a message of so many bytes. */
  mayHaveRoom(mailbox: Mailbox, bytes: number, limit: MailboxLimit): Promise<boolean>;
  /** Returns undefined when there is none, or it has expired. */
  receipt(id: Uint8Array): Promise<Receipt | undefined>;

  /** Returns messages in the order of their numbers, without expired ones. */
  fetch(mailbox: Mailbox, range: FetchRange): Promise<readonly NumberedMessage[]>;
  /** Returns messages with `admittedWithout` that have not been removed yet, mailbox by mailbox. */
  admittedWithout(range: AdmittedRange): Promise<AdmittedAnswer>;
  /** Removes the messages up to and including a number. Returns how many there were. */
  remove(mailbox: Mailbox, upTo: bigint): Promise<number>;
  /** Removes expired messages and receipts, a few at a time. Returns how many. */
  removeExpired(): Promise<number>;
  /** Calls the listener for every mailbox that gets a message from any writer. Returns a function that unsubscribes. */
  subscribe(listener: (mailbox: Mailbox) => void): () => void;
  /** Resolves once another server has taken the store: every write fails from then on. Never rejects. */
  readonly fenced: Promise<StoreError>;
  /** Writes a few bytes to the disk. @throws when that fails */
  checkWritable(): Promise<void>;

  close(): Promise<void>;
}
