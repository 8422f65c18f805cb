// What is known of each message of a mailbox at the end of a log, from the answers of senders and receivers together.

import type { MailboxHistory } from './mailbox-history.js';

/** Places are those of the log, and infinity where it did not happen. */
export interface KnownMessage {
  readonly id: string;
  /** First invoked. */
  sentAt: number;
  /** First acknowledged as stored. */
  answeredAt: number;
  /** First fetched. */
  seenAt: number;
  /** First known to be stored. */
  knownAt: number;
  /** Last spoken of. */
  at: number;
  /** At least one attempt was not refused. */
  mayBeStored: boolean;
  /** All the numbers that it was said to have: of a sound message one, or none. */
  readonly seqs: Set<bigint>;
  /** The first of them. */
  seq: bigint | undefined;
}

export function knownMessages({ sendings, fetchings }: MailboxHistory): ReadonlyMap<string, KnownMessage> {
  const known = new Map<string, KnownMessage>();
  const of = (id: string) => {
    const message = known.get(id) ?? unheardOf(id);
    known.set(id, message);
    return message;
  };
  for (const { id, from, to, outcome, seq } of sendings) {
    const message = of(id);
    message.sentAt = Math.min(message.sentAt, from);
    message.mayBeStored ||= outcome !== 'refused';
    if (seq !== undefined) numbered(message, seq, to);
    if (seq !== undefined) message.answeredAt = Math.min(message.answeredAt, to);
  }
  for (const { messages, to } of fetchings) {
    for (const { id, seq } of messages) {
      const message = of(id);
      message.seenAt = Math.min(message.seenAt, to);
      numbered(message, seq, to);
    }
  }
  return known;
}

function numbered(message: KnownMessage, seq: bigint, place: number): void {
  message.seqs.add(seq);
  message.seq ??= seq;
  message.knownAt = Math.min(message.knownAt, place);
  message.at = Math.max(message.at, place);
}

function unheardOf(id: string): KnownMessage {
  const never = { sentAt: Infinity, answeredAt: Infinity, seenAt: Infinity, knownAt: Infinity };
  return { id, ...never, at: 0, mayBeStored: false, seqs: new Set(), seq: undefined };
}
