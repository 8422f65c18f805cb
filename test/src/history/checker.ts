// The checker: what is wrong with a log, by mailbox. It knows no server, no network and no clock.
//
// It counts on two things of the clients: they give every message a name of its own, and acknowledge nothing that they
// have not fetched. At the end of a log everything has been fetched once more, while nobody sent.

import { type KnownMessage, knownMessages } from './known-messages.js';
import type { Entry } from './log.js';
import { type Fetching, type MailboxHistory, mailboxHistories, type Sending } from './mailbox-history.js';

/** What can go wrong, and what is said of a message to which it did. */
export const anomalyKinds = {
  lost: 'was acknowledged as stored, and never came',
  duplicated: 'has more than one number, or came twice in one answer',
  reordered: 'came before one with a lower number, or after one of its batch that follows it',
  invented: 'came, and nobody sent it, or it had been refused',
  repeated: 'has the number of another message',
  'went back': 'has a number no higher than one that was known before it was sent',
  skipped: 'was not in an answer in which it should have been',
  returned: 'came again after it had been acknowledged',
} as const;

export type AnomalyKind = keyof typeof anomalyKinds;

export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly mailbox: string;
  readonly id: string;
  /** Place in the log of the entry that shows it. */
  readonly at: number;
}

type Rule = (
  history: MailboxHistory,
  known: ReadonlyMap<string, KnownMessage>,
) => Iterable<{ readonly id: string; readonly at: number }>;

/** All anomalies of a log, kind by kind within each mailbox. */
export function check(log: readonly Entry[]): readonly Anomaly[] {
  return mailboxHistories(log).flatMap((history) => {
    const known = knownMessages(history);
    return Object.entries(rules).flatMap(([kind, rule]) =>
      [...rule(history, known)].map((found) => ({ kind: kind as AnomalyKind, mailbox: history.mailbox, ...found })),
    );
  });
}

const rules: { readonly [K in AnomalyKind]: Rule } = {
  *lost(_, known) {
    for (const { id, answeredAt, seenAt } of known.values()) {
      if (answeredAt < Infinity && seenAt === Infinity) yield { id, at: answeredAt };
    }
  },

  *duplicated({ fetchings }, known) {
    for (const { id, seqs, at } of known.values()) if (seqs.size > 1) yield { id, at };
    for (const { messages, to: at } of fetchings) {
      const ids = new Set<string>();
      for (const { id } of messages) {
        if (ids.has(id)) yield { id, at };
        ids.add(id);
      }
    }
  },

  *reordered({ fetchings, sendings }, known) {
    for (const { messages, after, to: at } of fetchings) {
      for (const [i, { id, seq }] of messages.entries()) {
        if (seq <= (i === 0 ? after : messages[i - 1]!.seq)) yield { id, at };
      }
    }
    // One that is sent again may have been refused, or not have arrived, where another of its batch did.
    const isFirst = ({ id, from }: Sending) => known.get(id)!.sentAt === from;
    for (const [i, one] of sendings.entries()) {
      const before = sendings[i - 1];
      if (before?.from !== one.from || !isFirst(before) || !isFirst(one)) continue;
      if (before.seq !== undefined && one.seq !== undefined && one.seq <= before.seq) yield { id: one.id, at: one.to };
    }
  },

  *invented({ fetchings }, known) {
    for (const { messages, to: at } of fetchings) {
      for (const { id } of messages) {
        const { sentAt, mayBeStored } = known.get(id)!;
        if (sentAt > at || !mayBeStored) yield { id, at };
      }
    }
  },

  *repeated(_, known) {
    const holders = new Map<bigint, string>();
    for (const { id, seqs, at } of known.values()) {
      for (const seq of seqs) {
        if (holders.has(seq)) yield { id, at };
        holders.set(seq, id);
      }
    }
  },

  *'went back'(history, known) {
    const floorAt = highestBefore(history);
    for (const { id, seq, sentAt, at } of known.values()) {
      if (seq !== undefined && sentAt < Infinity && seq <= floorAt(sentAt)) yield { id, at };
    }
  },

  *skipped({ fetchings, acknowledgings }, known) {
    const stored = [...known.values()]
      .filter(({ seq }) => seq !== undefined)
      .sort((a, b) => (a.seq! < b.seq! ? -1 : 1));
    const seqs = stored.map(({ seq }) => seq!);
    const acknowledged = highestOver(acknowledgings.map(({ from, upTo }) => [from, upTo]));
    for (const fetching of fetchings) {
      // What an acknowledgement that had begun may have removed need not be there.
      const removed = acknowledged(fetching.to);
      const low = highest(removed, fetching.after);
      const came = new Set(fetching.messages.map(({ id }) => id));
      for (let i = firstAbove(seqs, low); i < stored.length && isDue(stored[i]!, fetching); i++) {
        if (!came.has(stored[i]!.id)) yield { id: stored[i]!.id, at: fetching.to };
      }
    }
  },

  *returned({ fetchings, acknowledgings }) {
    const acknowledged = highestOver(acknowledgings.map(({ to, upTo }) => [to, upTo]));
    for (const { messages, from, to: at } of fetchings) {
      const removed = acknowledged(from);
      for (const { id, seq } of messages) if (seq <= removed) yield { id, at };
    }
  },
};

/**
 * Whether a message above the fetch's beginning has to be in its answer: always when one with a higher number is, for
 * whoever goes on after that one never sees it; and in an answer that came to the end, when it was known before.
 */
function isDue({ seq, knownAt }: KnownMessage, { messages, limit, from }: Fetching): boolean {
  const last = messages.at(-1);
  if (last !== undefined && seq! <= last.seq) return true;
  return messages.length < limit && knownAt < from;
}

/** The highest number that any client knew of at a place of the log. */
function highestBefore({ sendings, fetchings }: MailboxHistory): (place: number) => bigint {
  const told = sendings.flatMap(({ to, seq }) => (seq === undefined ? [] : [[to, seq] as const]));
  const seen = fetchings.flatMap(({ to, messages }) => messages.map(({ seq }) => [to, seq] as const));
  return highestOver([...told, ...seen]);
}

/** Of numbers that became known at places of the log: the highest of those known before a place. */
function highestOver(numbers: readonly (readonly [place: number, seq: bigint])[]): (place: number) => bigint {
  const sorted = numbers.filter(([place]) => place < Infinity).sort(([a], [b]) => a - b);
  const places = sorted.map(([place]) => place);
  let known = 0n;
  const highs = sorted.map(([, seq]) => (known = highest(known, seq)));
  return (place) => highs[firstAbove(places, place) - 1] ?? 0n;
}

const highest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Where the first value above a bound stands in a rising list; its length where there is none. */
function firstAbove<T extends number | bigint>(values: readonly T[], bound: T): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
