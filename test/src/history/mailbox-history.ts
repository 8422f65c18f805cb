// The log by mailbox: what was sent into each, fetched from it and acknowledged, with the places in the log.

import type { Answer, Call, Delivered, Ending, Entry } from './log.js';

/** One attempt to send one message. */
export interface Sending {
  readonly id: string;
  /** Place of its invocation. */
  readonly from: number;
  /** Place of its end; infinity while none is known. */
  readonly to: number;
  readonly outcome: 'stored' | 'refused' | 'unknown';
  /** Where it was stored, as the sender was told. */
  readonly seq?: bigint;
}

/** A fetch that was answered. */
export interface Fetching {
  readonly from: number;
  readonly to: number;
  readonly after: bigint;
  readonly limit: number;
  readonly messages: readonly Delivered[];
}

export interface Acknowledging {
  readonly from: number;
  /** Infinity unless it was answered. */
  readonly to: number;
  readonly upTo: bigint;
}

export interface MailboxHistory {
  readonly mailbox: string;
  readonly sendings: Sending[];
  /** In the order of their answers. */
  readonly fetchings: Fetching[];
  readonly acknowledgings: Acknowledging[];
}

/** The messages of one call and one mailbox, in the order of the call. */
export function mailboxHistories(log: readonly Entry[]): readonly MailboxHistory[] {
  const histories = new Map<string, MailboxHistory>();
  const of = (mailbox: string) => {
    const known = histories.get(mailbox) ?? { mailbox, sendings: [], fetchings: [], acknowledgings: [] };
    histories.set(mailbox, known);
    return known;
  };
  for (const operation of operationsOf(log)) add(operation, of);
  return [...histories.values()];
}

interface Operation {
  readonly call: Call;
  readonly from: number;
  readonly to: number;
  readonly ending: Ending;
}

/** In the order of their ends; those without one come last, and are unknown. */
function operationsOf(log: readonly Entry[]): readonly Operation[] {
  const open = new Map<number, { readonly call: Call; readonly from: number }>();
  const ended: Operation[] = [];
  for (const [place, entry] of log.entries()) {
    if (entry.is === 'invoked') {
      open.set(entry.op, { call: entry.call, from: place });
      continue;
    }
    ended.push({ ...open.get(entry.op)!, to: entry.is === 'unknown' ? Infinity : place, ending: entry });
    open.delete(entry.op);
  }
  const never: Ending = { is: 'unknown', why: 'the log ends' };
  return [...ended, ...[...open.values()].map((one) => ({ ...one, to: Infinity, ending: never }))];
}

function add({ call, from, to, ending }: Operation, of: (mailbox: string) => MailboxHistory): void {
  const answer = ending.is === 'ok' ? ending.answer : undefined;
  if (call.does === 'ack') {
    of(call.mailbox).acknowledgings.push({ from, to: answer ? to : Infinity, upTo: call.upTo });
  } else if (call.does === 'fetch') {
    if (answer?.to === 'fetch') of(call.mailbox).fetchings.push({ ...call, from, to, messages: answer.messages });
  } else {
    for (const [i, { mailbox, id }] of call.messages.entries()) {
      of(mailbox).sendings.push({ id, from, to, ...resultOf(ending, answer, i) });
    }
  }
}

function resultOf(ending: Ending, answer: Answer | undefined, i: number): Pick<Sending, 'outcome' | 'seq'> {
  if (ending.is === 'unknown') return { outcome: 'unknown' };
  const seq = answer?.to === 'send' ? answer.seqs[i] : undefined;
  return seq === undefined ? { outcome: 'refused' } : { outcome: 'stored', seq };
}
