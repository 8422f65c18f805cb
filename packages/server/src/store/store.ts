// The server's interface to a database. It assumes no particular database or machine: every method may wait.

import type { StoreError } from './store-error.js';

/** A registered user. One username has one identity key, and one identity key has one username. */
export interface User {
  /** As it was chosen, and is shown. */
  readonly username: string;
  /** The name as RFC 8265 prepares it, which is that of the account in OPAQUE. Accounts of before have none. */
  readonly preparedName?: string;
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
  /** See Decided. */
  readonly revision?: number;
}

export interface NumberedMessage extends Message {
  readonly seq: bigint;
}

/** A message that asks to be stored. */
export interface Offer {
  readonly mailbox: Mailbox;
  readonly payload: Uint8Array;
  /** Absent when the sender is sealed. */
  readonly senderIdentity?: Uint8Array;
  /** Time for which it is fetched, in ms. */
  readonly lifeMs: number;
  /** Absent: sent again, it is another message. */
  readonly retry?: RetryKey;
}

/**
 * Recognises a message that is sent again. A key belongs to the sender and the mailbox, or to the mailbox alone if the
 * sender is sealed.
 */
export interface RetryKey {
  /** At most 128 bytes. */
  readonly key: Uint8Array;
  /** 32 bytes that distinguish the message from others under the same key. */
  readonly fingerprint: Uint8Array;
  /** Time for which it is recognised, in ms. */
  readonly lifeMs: number;
}

/** A message of a batch that is to be decided, and the number that it gets. */
export interface Numbered {
  /** Its place in the batch. */
  readonly index: number;
  readonly seq: bigint;
}

export type Verdict =
  | { readonly admit: false }
  /** `admittedWithout`: see Message. */
  | { readonly admit: true; readonly admittedWithout?: readonly string[] };

export interface Decided {
  /** One for each message that was asked about, in order. */
  readonly verdicts: readonly Verdict[];
  /** The revision of the rules that decided, a whole number. Kept with each message. */
  readonly revision?: number;
}

/**
 * Decides which messages are stored. Called without any lock or transaction, and again for messages whose number or room
 * was lost to another server meanwhile.
 */
export type Decide = (asked: readonly Numbered[]) => Decided | Promise<Decided>;

export type Outcome =
  | { readonly outcome: 'stored'; readonly seq: bigint }
  /** It is stored already, under this number. */
  | { readonly outcome: 'repeated'; readonly seq: bigint }
  /** Its key was used for another message. */
  | { readonly outcome: 'key-reused' }
  /** Its mailbox has no room for it. */
  | { readonly outcome: 'full' }
  /** All mailboxes of the recipient together have no room for it. */
  | { readonly outcome: 'recipient-full' }
  /** As many retries are remembered of its sender as may be. */
  | { readonly outcome: 'too-many-retries' }
  /** `decide` refused it. */
  | { readonly outcome: 'refused' };

/** A batch on its way into the store. */
export interface Admitting {
  /** Resolves once all is decided that needs a decision. Never rejects. */
  readonly decided: Promise<void>;
  /** One for each message. Each resolves once its outcome is on disk. @throws StoreError, or what `decide` threw */
  readonly outcomes: readonly Promise<Outcome>[];
}

/** The most that a mailbox may hold, and an account. */
export interface MailboxLimit {
  readonly messages: number;
  /** Payload bytes. */
  readonly bytes: number;
  /**
   * Payload bytes in all mailboxes of the recipient. Messages that are acknowledged or expired count until they are
   * removed in the background. Default: no limit.
   */
  readonly recipientBytes?: number;
  /**
   * Retries that are remembered of one sender, or of one mailbox if the sender is sealed; counted since the store was
   * opened. Default: no limit.
   */
  readonly retries?: number;
}

/** The most channels that an account may open. */
export interface ChannelQuota {
  /** In all; default: no limit. */
  readonly total?: number;
  /** Within a day of the store's clock that begins with the first of them; default: no limit. */
  readonly perDay?: number;
}

export interface OpenedChannel {
  readonly channel: Channel;
  readonly wasNew: boolean;
}

/** No channel was opened. `retryAfterMs`: until the day is over. */
export type RefusedChannel =
  | { readonly refusedBy: 'total' }
  | { readonly refusedBy: 'per-day'; readonly retryAfterMs: number };

/** A device of the recipient. There is one for all so far. */
export type Device = 'default';

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
  /** Names that are prepared alike are one name, also where the account is of before names were prepared. */
  addUser(user: User): Promise<'added' | 'username-taken' | 'identity-taken'>;
  /**
   * Returns the user with exactly this name, else the one whose name is prepared alike. Undefined also where that is said
   * of several, which are of before names were prepared.
   */
  user(username: string): Promise<User | undefined>;
  hasIdentity(identityKey: Uint8Array): Promise<boolean>;

  /**
   * Ends as many other sessions of the user as it takes for `most` to be left, those first that expire first. Returns the
   * token hashes of the ones that it ended.
   */
  addSession(tokenHash: Uint8Array, session: Session, most?: number): Promise<readonly Uint8Array[]>;
  session(tokenHash: Uint8Array): Promise<Session | undefined>;
  /** Moves the end of a session; one that was removed in the meantime stays removed. */
  renewSession(tokenHash: Uint8Array, expiresAt: number): Promise<void>;
  removeSession(tokenHash: Uint8Array): Promise<void>;
  removeSessionsOf(identityKey: Uint8Array): Promise<number>;
  removeSessionsExpiredBy(time: number): Promise<number>;

  /**
   * Returns the channel of a pair: the existing one, or a new one with the proposed id. A pair never gets two. A new one
   * counts for `a`, and is refused beyond its quota.
   */
  openChannel(
    a: Uint8Array,
    b: Uint8Array,
    proposedId: Uint8Array,
    quota?: ChannelQuota,
  ): Promise<OpenedChannel | RefusedChannel>;
  channel(id: Uint8Array): Promise<Channel | undefined>;

  /**
   * Stores the messages of a batch that are new, have room and are let in by `decide`: all of them or none, each with its
   * number. Numbers rise strictly within a mailbox. One that was refused or had no room any more leaves a gap. Messages
   * become visible in the order of the calls. Times are those of the store's clock.
   */
  admit(batch: readonly Offer[], limit: MailboxLimit, decide: Decide): Admitting;

  /** Returns messages in the order of their numbers, without expired and acknowledged ones. */
  fetch(mailbox: Mailbox, range: FetchRange): Promise<readonly NumberedMessage[]>;
  /** Returns messages with `admittedWithout` that are neither acknowledged nor removed, mailbox by mailbox. */
  admittedWithout(range: AdmittedRange): Promise<AdmittedAnswer>;
  /**
   * Moves the cursor of a device up to a number: from then on no message up to it is fetched, or counts. Returns how many
   * there were. They are removed in the background, at the pace that the store names. A number that was not given yet
   * counts as the last one that was.
   */
  acknowledge(mailbox: Mailbox, upTo: bigint, device?: Device): Promise<number>;
  /** Returns the number up to which a device has acknowledged; 0 if it never has. */
  cursor(mailbox: Mailbox, device?: Device): Promise<bigint>;
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
