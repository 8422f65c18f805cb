// What the server needs of a database. Nothing here is of one database or one machine: every method may wait.

/** A registered user. One username has one identity key, and one identity key has one username. */
export interface User {
  readonly username: string;
  readonly identityKey: Uint8Array;
  /** The OPAQUE envelope of the password, as the client made it. */
  readonly registrationRecord: string;
}

/** Who a session token stands for, since when and until when (milliseconds since 1970). */
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
  /** From then on it is not fetched any more (milliseconds since 1970). */
  readonly expiresAt: number;
  /** Plugins that could not say what they have against it, and that it was let through without. Never empty. */
  readonly admittedWithout?: readonly string[];
}

export interface NumberedMessage extends Message {
  readonly seq: bigint;
}

/** What is remembered of a message that its sender may send again. */
export interface Receipt {
  readonly seq: bigint;
  /** What tells the message from others. */
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

/** What became of a settlement: `full` when its message had no room in the mailbox. */
export type Settled = 'stored' | 'full' | 'gap';

/** How much a mailbox holds at most. */
export interface MailboxLimit {
  readonly messages: number;
  /** Of payload. */
  readonly bytes: number;
}

export interface FetchRange {
  /** Messages with a higher number. */
  readonly after: bigint;
  readonly limit: number;
  /** Stop before the payloads exceed this; the first message comes in any case. */
  readonly maxBytes: number;
}

/** A message that was let through without a plugin's verdict, as operators find it again. */
export interface AdmittedMessage {
  readonly mailbox: Mailbox;
  readonly seq: bigint;
  readonly storedAt: number;
  readonly admittedWithout: readonly string[];
}

export interface AdmittedRange {
  /** Only those that passed without this plugin. */
  readonly plugin?: string;
  /** Where an earlier answer ended. */
  readonly after?: string;
  readonly limit: number;
}

export interface AdmittedAnswer {
  readonly messages: readonly AdmittedMessage[];
  /** Where to go on; absent at the end. There may be more although fewer came than were asked for. */
  readonly next?: string;
}

/** When a promise resolves, what it stands for is on disk. What writes may throw StoreError, and has then left nothing. */
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

  /** The channel of a pair: the one they have, or a new one with the proposed id. One pair never gets two. */
  openChannel(
    a: Uint8Array,
    b: Uint8Array,
    proposedId: Uint8Array,
  ): Promise<{ readonly channel: Channel; readonly wasNew: boolean }>;
  channel(id: Uint8Array): Promise<Channel | undefined>;

  /** The next number of each mailbox, in the order given; a mailbox may stand there several times. Each has to be committed. */
  assignSeqs(mailboxes: readonly Mailbox[]): Promise<readonly bigint[]>;
  /**
   * Stores the messages that have room with their receipts, and that the numbers have been given: all of it or nothing.
   * Numbers committed are never assigned again. Settlements become visible in the order in which they were asked for.
   */
  commit(settlements: readonly Settlement[], limit: MailboxLimit): Promise<readonly Settled[]>;
  /** False only if a message of so many bytes would surely find the mailbox full. */
  mayHaveRoom(mailbox: Mailbox, bytes: number, limit: MailboxLimit): Promise<boolean>;
  /** Undefined when there is none, or not any more. */
  receipt(id: Uint8Array): Promise<Receipt | undefined>;

  /** In the order of their numbers, without those that have expired. */
  fetch(mailbox: Mailbox, range: FetchRange): Promise<readonly NumberedMessage[]>;
  /** Messages that carry `admittedWithout` and have not been removed yet, mailbox by mailbox. */
  admittedWithout(range: AdmittedRange): Promise<AdmittedAnswer>;
  /** Removes the messages up to and with a number; how many there were. */
  remove(mailbox: Mailbox, upTo: bigint): Promise<number>;
  /** Removes the messages and receipts that have expired, a few at a time; how many. */
  removeExpired(): Promise<number>;
  /** Tells the listener of every mailbox that got a message, whoever stored it. Returns what ends that. */
  subscribe(listener: (mailbox: Mailbox) => void): () => void;
  /** Writes a few bytes to the disk. @throws when that fails */
  checkWritable(): Promise<void>;

  close(): Promise<void>;
}
