// Sends messages at a fixed rate over many connections, whatever becomes of the earlier ones, and counts those that were
// stored in time. Raw sockets and requests made beforehand: the CPU that a load takes is taken from the server.

import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answer } from '../answers.js';
import { requestOf } from '../http-wire.js';
import { Samples, type Summary } from '../samples.js';
import { channelOf, tokenOf } from '../seed.js';

export interface GoodputSpec {
  readonly port: number;
  readonly pairs: number;
  readonly perSecond: number;
  readonly ms: number;
  /** Requests that are due in the beginning are answered and not counted. */
  readonly warmUpMs: number;
}

export interface GoodputFigures {
  /** Requests that were due, per second; and those of them that were stored, in time or at all. */
  readonly offered: number;
  readonly inTime: number;
  readonly stored: number;
  readonly refused: number;
  /** Requests without an answer, or with another one. */
  readonly lost: number;
  /** Of the stored ones, from the moment that they were due, in ms. */
  readonly times: Summary;
  /** Until the generator itself came to it, from the moment that a request was due, in ms. */
  readonly ownLagP99: number;
  /** Requests stored, by connection. */
  readonly byConnection: readonly number[];
}

/** A request that is answered later is of no use to who sent it. */
const inTimeMs = 500;
/** More than a server can have in hand. All are open before the first request is due. */
const connections = 1_000;
/** Connections opened at a time: more would overflow the server's backlog. */
const openedAtOnce = 100;
/** The longest wait for answers after the last request, in ms. */
const lastAnswersMs = 3_000;
/** Connections that saturate a server, and how long one that is refused waits, in ms: else refusals would be measured. */
const [saturating, restMs] = [256, 100];

const payload = 'x'.repeat(128);
const requests: Buffer[] = [];
function requestTo(i: number): Buffer {
  requests[i] ??= requestOf('enqueue', tokenOf('sender', i), {
    channelId: channelOf(i).toString('base64url'),
    payload,
  });
  return requests[i];
}

/** An answer of this server ends with the brace of its JSON. */
const brace = '}'.charCodeAt(0);
const digit = '0'.charCodeAt(0);

/** One request at a time. All share one buffer to read into. */
class Connection {
  readonly index: number;
  readonly opened: Promise<void>;
  /** When the request under way was due; 0: there is none. */
  dueAt = 0;
  readonly #socket: Socket;
  #status = 0;

  constructor(port: number, index: number, answered: (connection: Connection, status: number) => void) {
    this.index = index;
    const buffer = Buffer.allocUnsafe(4_096);
    const callback = (bytes: number) => {
      if (this.#status === 0)
        this.#status = 100 * (buffer[9]! - digit) + 10 * (buffer[10]! - digit) + buffer[11]! - digit;
      if (buffer[bytes - 1] !== brace) return true;
      const status = this.#status;
      this.#status = 0;
      answered(this, status);
      return true;
    };
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
    this.opened = new Promise((resolve, reject) => this.#socket.once('connect', resolve).once('error', reject));
    this.#socket.on('error', () => {}).on('close', () => answered(this, 0));
  }

  send(request: Buffer, dueAt: number): void {
    this.dueAt = dueAt;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners('close').destroy();
  }
}

async function openAll(
  port: number,
  count: number,
  answered: (connection: Connection, status: number) => void,
): Promise<readonly Connection[]> {
  const all: Connection[] = [];
  while (all.length < count) {
    const some = Array.from({ length: Math.min(openedAtOnce, count - all.length) }, (_, i) => {
      return new Connection(port, all.length + i, answered);
    });
    await Promise.all(some.map(({ opened }) => opened));
    all.push(...some);
  }
  return all;
}

const [times, ownLags] = [new Samples(), new Samples()];

/** First in, first out: each connection has its turn. */
class Row<T> {
  #items: T[] = [];
  #from = 0;

  get length(): number {
    return this.#items.length - this.#from;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T {
    const item = this.#items[this.#from++]!;
    if (this.#from > 4_096) {
      this.#items = this.#items.slice(this.#from);
      this.#from = 0;
    }
    return item;
  }
}

const answers = {
  /** Messages stored per second, with each connection sending the next when the last is answered. */
  async capacity(port: number, pairs: number, ms: number): Promise<number> {
    let [stored, n, isOver] = [0, 0, false];
    const all = await openAll(port, saturating, (connection, status) => {
      if (status === 200) stored += 1;
      const next = () => {
        if (!isOver && status !== 0) connection.send(requestTo(n++ % pairs), 1);
      };
      if (status === 503) setTimeout(next, restMs);
      else next();
    });
    const from = performance.now();
    for (const connection of all) connection.send(requestTo(n++ % pairs), 1);
    await delay(ms);
    isOver = true;
    const perSecond = stored / ((performance.now() - from) / 1_000);
    await delay(lastAnswersMs / 10);
    for (const connection of all) connection.close();
    return perSecond;
  },

  async run({ port, pairs, perSecond, ms, warmUpMs }: GoodputSpec): Promise<GoodputFigures> {
    times.clear();
    ownLags.clear();
    const figures = { offered: 0, inTime: 0, stored: 0, refused: 0, lost: 0 };
    const byConnection = new Array<number>(connections).fill(0);
    const free = new Row<Connection>();
    const due = new Row<number>();
    let [n, countedFrom, underWay] = [0, 0, 0];
    const send = (connection: Connection, dueAt: number) => {
      underWay += 1;
      connection.send(requestTo(n++ % pairs), dueAt);
    };
    const count = (connection: Connection, status: number) => {
      if (connection.dueAt < countedFrom) return;
      if (status === 200) {
        const took = performance.now() - connection.dueAt;
        figures.stored += 1;
        if (took <= inTimeMs) figures.inTime += 1;
        byConnection[connection.index]! += 1;
        if (!times.isFull) times.add(took);
      } else if (status === 503) figures.refused += 1;
      else figures.lost += 1;
    };
    const all = await openAll(port, connections, (connection, status) => {
      if (connection.dueAt === 0) return;
      underWay -= 1;
      count(connection, status);
      connection.dueAt = 0;
      if (status === 0) return;
      if (due.length > 0) send(connection, due.shift());
      else free.push(connection);
    });
    for (const connection of all) free.push(connection);
    const from = performance.now();
    countedFrom = from + warmUpMs;
    for (let next = from; next < from + ms; ) {
      const now = performance.now();
      for (; next <= now; next += (-Math.log(1 - Math.random()) * 1_000) / perSecond) {
        if (next >= countedFrom) {
          figures.offered += 1;
          if (!ownLags.isFull) ownLags.add(now - next);
        }
        if (free.length > 0) send(free.shift(), next);
        else due.push(next);
      }
      await delay(1);
    }
    // What found no connection is not sent any more: it would be late.
    while (due.length > 0) due.shift();
    const until = performance.now() + lastAnswersMs;
    while (underWay > 0 && performance.now() < until) await delay(10);
    for (const connection of all) connection.close();
    const seconds = (ms - warmUpMs) / 1_000;
    const { offered, inTime, stored, refused, lost } = figures;
    return {
      offered: offered / seconds,
      inTime: inTime / seconds,
      stored: stored / seconds,
      refused: refused / seconds,
      lost: lost + underWay,
      times: times.summary(),
      ownLagP99: ownLags.summary().p99,
      byConnection,
    };
  },
};

export type GoodputChild = typeof answers;

answer(answers);
