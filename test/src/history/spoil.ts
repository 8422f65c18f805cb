// Spoils a sound log: one way for each kind of anomaly. Undefined where the log has nothing to spoil so.

import type { AnomalyKind } from './checker.js';
import type { Delivered, Entry } from './log.js';
import { type MailboxHistory, mailboxHistories } from './mailbox-history.js';
import type { Choose } from './random.js';

type Log = readonly Entry[];

export const spoilers: { readonly [K in AnomalyKind]: (log: Log, choose: Choose) => Log | undefined } = {
  lost(log, choose) {
    const stored = oneOf(storedIn(log), choose);
    return stored === undefined
      ? undefined
      : inFetches(log, (messages) => messages.filter(({ id }) => id !== stored.id));
  },

  duplicated(log, choose) {
    const place = oneOf(fetchesWith(log, 1), choose);
    const again = (messages: readonly Delivered[]) => [
      ...messages,
      { ...messages[0]!, seq: messages.at(-1)!.seq + 1n },
    ];
    return place === undefined ? undefined : inFetch(log, place, again);
  },

  reordered(log, choose) {
    const place = oneOf(fetchesWith(log, 2), choose);
    return place === undefined
      ? undefined
      : inFetch(log, place, ([first, second, ...rest]) => [second!, first!, ...rest]);
  },

  invented(log, choose) {
    const place = oneOf(fetchesWith(log, 1), choose);
    return place === undefined
      ? undefined
      : inFetch(log, place, ([first, ...rest]) => [{ ...first!, id: 'nobody sent this' }, ...rest]);
  },

  repeated(log, choose) {
    const [one, other] = [oneOf(storedIn(log), choose), oneOf(storedIn(log), choose)];
    if (!one || !other || one.id === other.id || one.mailbox !== other.mailbox) return undefined;
    return renumbered(log, one.id, other.seq);
  },

  'went back'(log, choose) {
    const floor = (history: MailboxHistory, from: number) => history.sendings.some(({ to, seq }) => seq && to < from);
    const late = mailboxHistories(log).flatMap((history) => {
      const first = (id: string) =>
        Math.min(...history.sendings.filter((one) => one.id === id).map(({ from }) => from));
      return history.sendings.filter(({ id, seq }) => seq !== undefined && floor(history, first(id)));
    });
    const chosen = oneOf(late, choose);
    return chosen && renumbered(log, chosen.id, 0n);
  },

  skipped(log, choose) {
    const places = mailboxHistories(log).flatMap(({ fetchings, acknowledgings, sendings }) =>
      fetchings.filter(({ messages, to }) => {
        // What an acknowledgement may have removed by then is not missed.
        const removed = ({ from, upTo }: { from: number; upTo: bigint }) => from < to && upTo >= messages[0]!.seq;
        const isKnown = sendings.some(({ id, seq }) => seq !== undefined && id === messages[0]?.id);
        return messages.length >= 2 && isKnown && !acknowledgings.some(removed);
      }),
    );
    const chosen = oneOf(places, choose);
    return chosen && inFetch(log, chosen.to, ([, ...rest]) => rest);
  },

  returned(log, choose) {
    const histories = mailboxHistories(log);
    const pairs = histories.flatMap(({ fetchings, acknowledgings }) =>
      acknowledgings.flatMap(({ to, upTo }) =>
        fetchings.filter(({ from }) => from > to && upTo > 0n).map((fetching) => ({ fetching, upTo })),
      ),
    );
    const pair = oneOf(pairs, choose);
    if (!pair) return undefined;
    return inFetch(log, pair.fetching.to, (messages) => [{ seq: pair.upTo, id: 'an old one' }, ...messages]);
  },
};

const oneOf = <T>(all: readonly T[], choose: Choose): T | undefined => all[choose(Math.max(1, all.length))];

const storedIn = (log: Log) =>
  mailboxHistories(log).flatMap(({ mailbox, sendings }) =>
    sendings.flatMap(({ id, seq }) => (seq === undefined ? [] : [{ mailbox, id, seq }])),
  );

/** Places of the answers to fetches that have so many messages or more. */
const fetchesWith = (log: Log, least: number) =>
  mailboxHistories(log).flatMap(({ fetchings }) =>
    fetchings.filter(({ messages }) => messages.length >= least).map(({ to }) => to),
  );

type Change = (messages: readonly Delivered[]) => readonly Delivered[];

function inFetches(log: Log, change: Change): Log {
  return log.map((_, place) => changed(log[place]!, change));
}

function inFetch(log: Log, at: number, change: Change): Log {
  return log.map((entry, place) => (place === at ? changed(entry, change) : entry));
}

function changed(entry: Entry, change: Change): Entry {
  if (entry.is !== 'ok' || entry.answer.to !== 'fetch') return entry;
  return { ...entry, answer: { ...entry.answer, messages: change(entry.answer.messages) } };
}

/** The message has another number, wherever it is spoken of. */
function renumbered(log: Log, id: string, seq: bigint): Log {
  const calls = new Map(log.flatMap((entry) => (entry.is === 'invoked' ? [[entry.op, entry.call] as const] : [])));
  return inFetches(log, (messages) => messages.map((one) => (one.id === id ? { ...one, seq } : one))).map((entry) => {
    const call = calls.get(entry.op)!;
    if (entry.is !== 'ok' || entry.answer.to !== 'send' || call.does !== 'send') return entry;
    const seqs = entry.answer.seqs.map((old, i) => (old !== undefined && call.messages[i]!.id === id ? seq : old));
    return { ...entry, answer: { to: 'send', seqs } };
  });
}
