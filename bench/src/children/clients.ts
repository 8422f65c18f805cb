// Clients of the whole server: such as wait, such as send as fast as they are answered, and such as send at a fixed rate.

import { setTimeout as delay } from 'node:timers/promises';
import { answer } from '../answers.js';
import { HttpWire, requestOf } from '../http-wire.js';
import { Samples, type Summary } from '../samples.js';
import { channelOf, tokenOf } from '../seed.js';

export interface ArrivalsSpec {
  readonly port: number;
  readonly pairs: number;
  readonly perSecond: number;
  readonly ms: number;
  /** Arrivals of the beginning that are answered and not counted. */
  readonly warmUpMs: number;
}

export interface ArrivalFigures {
  readonly accepted: number;
  readonly shed: number;
  /** Answers of other kinds, and requests that got none. */
  readonly failed: number;
  /** Of those accepted, from the moment that they were due, in ms. */
  readonly times: Summary;
  /** What of these times is none of the server's doing: until the generator itself came to send them. */
  readonly ownLag: Summary;
  /** From then on, until a connection was free. */
  readonly connectionLag: Summary;
}

const payload = 'x'.repeat(128);
/** Connections opened at a time: more would overflow the server's backlog. */
const openedAtOnce = 200;
/**
 * More than a server can have in hand; an arrival that finds none free waits for one, which counts. All are open before
 * the first arrival: opened when they are needed, hundreds at a time, they overflow the server's backlog, and the system
 * tries again a second later, which is then what is measured.
 */
const arrivalConnections = 1_000;
const waitMs = 600_000;
const retryMs = 1_000;
const waiting: HttpWire[] = [];

const channelId = (i: number) => channelOf(i).toString('base64url');

/** Made once: what signs and prints them is no part of the server. */
const enqueues: Buffer[] = [];
function enqueue(i: number): Buffer {
  enqueues[i] ??= requestOf('enqueue', tokenOf('sender', i), { channelId: channelId(i), payload });
  return enqueues[i];
}

const fetchWait = (i: number, after = '0') =>
  requestOf('fetch-wait', tokenOf('recipient', i), { channelId: channelId(i), after, timeoutMs: waitMs });

async function openAll(port: number, count: number): Promise<HttpWire[]> {
  const wires: HttpWire[] = [];
  while (wires.length < count) {
    const some = Array.from({ length: Math.min(openedAtOnce, count - wires.length) }, () => new HttpWire(port));
    await Promise.all(some.map(({ opened }) => opened));
    wires.push(...some);
  }
  return wires;
}

let answered: { wire: HttpWire; text: string; at: number }[] = [];
let told = () => {};

async function wait(wire: HttpWire, i: number, after?: string): Promise<void> {
  const { status, text } = await wire.ask(fetchWait(i, after));
  if (status === 503) {
    // So many at once are too many; they come again when the server has asked them to.
    await delay(retryMs);
    return wait(wire, i, after);
  }
  answered.push({ wire, text, at: performance.now() });
  told();
}

const gone = () => {};

const samples = new Samples();
const [ownLags, connectionLags] = [new Samples(), new Samples()];

const answers = {
  /** Resolves when so many wait, each for a mailbox of its own. */
  async wait(port: number, count: number): Promise<void> {
    waiting.push(...(await openAll(port, count)));
    for (const [i, wire] of waiting.entries()) wait(wire, i).catch(gone);
  },
  /**
   * Sends messages one after the other to mailboxes that are waited for: times from sending one to its being fetched, in
   * ms, so the write to the disk is in them; and how often somebody else was woken.
   */
  async wake(port: number, count: number): Promise<Summary & { readonly wrong: number }> {
    const sender = new HttpWire(port);
    await sender.opened;
    samples.clear();
    let wrong = 0;
    for (let n = 0; n < count; n++) {
      const i = Math.floor(Math.random() * waiting.length);
      const woken = new Promise<void>((resolve) => {
        told = resolve;
      });
      const sentAt = performance.now();
      const { text } = await sender.ask(enqueue(i));
      if (answered.length === 0) await woken;
      wrong += answered.filter(({ wire }) => wire !== waiting[i]).length;
      samples.add(answered[0]!.at - sentAt);
      answered = [];
      wait(waiting[i]!, i, /"seq":"(\d+)"/.exec(text)?.[1]).catch(gone);
    }
    sender.close();
    return { ...samples.summary(), wrong };
  },
  leave(): void {
    for (const wire of waiting.splice(0)) wire.close();
  },
  /** Accepted requests per second, with each connection sending the next when the last is answered. */
  async saturate(port: number, pairs: number, connections: number, ms: number): Promise<number> {
    const from = performance.now();
    let accepted = 0;
    await Promise.all(
      (await openAll(port, connections)).map(async (wire, i) => {
        for (let n = i; performance.now() - from < ms; n += connections) {
          if ((await wire.ask(enqueue(n % pairs))).status === 200) accepted += 1;
        }
        wire.close();
      }),
    );
    return accepted / ((performance.now() - from) / 1000);
  },
  /** Arrivals at a fixed rate, whether or not the earlier ones are answered: a server that is slow is not sent less. */
  async arrivals({ port, pairs, perSecond, ms, warmUpMs }: ArrivalsSpec): Promise<ArrivalFigures> {
    for (const kept of [samples, ownLags, connectionLags]) kept.clear();
    const wires = await openAll(port, arrivalConnections);
    const free = [...wires];
    const figures = { accepted: 0, shed: 0, failed: 0 };
    const queue: ((wire: HttpWire) => void)[] = [];
    const wireFor = (): HttpWire | Promise<HttpWire> => free.pop() ?? new Promise((resolve) => queue.push(resolve));
    const send = async (n: number, dueAt: number, counts: boolean) => {
      const readyAt = performance.now();
      const wire = await wireFor();
      const sentAt = performance.now();
      try {
        const { status } = await wire.ask(enqueue(n % pairs));
        const next = queue.shift();
        if (next) next(wire);
        else free.push(wire);
        if (!counts) return;
        if (status === 200 && !samples.isFull) {
          samples.add(performance.now() - dueAt);
          ownLags.add(readyAt - dueAt);
          connectionLags.add(sentAt - readyAt);
        }
        figures[status === 200 ? 'accepted' : status === 503 ? 'shed' : 'failed'] += 1;
      } catch {
        if (counts) figures.failed += 1;
      }
    };
    const sent: Promise<void>[] = [];
    const from = performance.now();
    for (let n = 0; ; ) {
      const elapsed = performance.now() - from;
      for (; n < (Math.min(elapsed, ms) / 1000) * perSecond; n++) {
        const due = (n / perSecond) * 1000;
        sent.push(send(n, from + due, due >= warmUpMs));
      }
      if (elapsed >= ms) break;
      await delay(1);
    }
    await Promise.all(sent);
    for (const wire of wires) wire.close();
    const lags = { ownLag: ownLags.summary(), connectionLag: connectionLags.summary() };
    return { ...figures, times: samples.summary(), ...lags };
  },
};

export type ClientsChild = typeof answers;

answer(answers);
