// Requests that are due at random at a fixed rate, whatever becomes of the earlier ones: an open loop. One that finds
// no free connection opens another, so that a slow server never slows its clients down.

import { setTimeout as delay } from 'node:timers/promises';
import { answer } from '../answers.js';
import { HttpWire } from '../http-wire.js';
import { randomBody } from '../message-body.js';
import { Samples, type Summary } from '../samples.js';

export interface ArrivalsSpec {
  readonly port: number;
  /** Messages that are asked about, or the route that has nothing to do with plugins. */
  readonly requests: 'messages' | 'unrelated';
  readonly perSecond: number;
  readonly ms: number;
  /** Requests that are due in the beginning are answered and not counted. */
  readonly warmUpMs: number;
}

export interface ArrivalFigures {
  readonly due: number;
  /** Answered with 200 within `inTimeMs`. */
  readonly passed: number;
  /** Answered with 200, but later. */
  readonly late: number;
  /** Answered with another status. */
  readonly refused: number;
  /** Not answered. */
  readonly lost: number;
  /** From the write of a request to its answer, in ms; requests without an answer are not in it. */
  readonly times: Summary;
  /** From the moment that a request was due to its write, in ms. */
  readonly ownLagP99: number;
}

/** A message that is answered later is of no use to its sender. */
const inTimeMs = 500;
/** The longest wait for answers after the last request, in ms. */
const lastAnswersMs = 10_000;
/** Open before the first request is due. */
const connections = 32;

const messages = Array.from({ length: 64 }, () => {
  const text = JSON.stringify(randomBody());
  const head = ['POST /messages HTTP/1.1', 'host: bench', 'content-type: application/json'];
  return Buffer.from([...head, `content-length: ${text.length}`, '', text].join('\r\n'));
});
const unrelated = [Buffer.from('GET /unrelated HTTP/1.1\r\nhost: bench\r\n\r\n')];

const [times, lags] = [new Samples(), new Samples()];

/** The connections to one server. */
class Pool {
  readonly #port: number;
  readonly #all: HttpWire[] = [];
  readonly #free: HttpWire[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async open(count: number): Promise<void> {
    while (this.#all.length < count) this.#free.push(this.#opened());
    await Promise.all(this.#all.map(({ opened }) => opened));
  }

  /** Resolves with the status of the answer; with 0 if none came. */
  async ask(request: Buffer): Promise<number> {
    const wire = this.#free.pop() ?? this.#opened();
    try {
      const { status } = await wire.ask(request);
      this.#free.push(wire);
      return status;
    } catch {
      return 0;
    }
  }

  close(): void {
    for (const wire of this.#all) wire.close();
  }

  #opened(): HttpWire {
    const wire = new HttpWire(this.#port);
    this.#all.push(wire);
    return wire;
  }
}

function outcomeOf(status: number, tookMs: number): 'passed' | 'late' | 'refused' | 'lost' {
  if (status === 0) return 'lost';
  if (status !== 200) return 'refused';
  return tookMs <= inTimeMs ? 'passed' : 'late';
}

const untilNextMs = (perSecond: number) => (-Math.log(1 - Math.random()) * 1_000) / perSecond;

const answers = {
  async run({ port, requests, perSecond, ms, warmUpMs }: ArrivalsSpec): Promise<ArrivalFigures> {
    times.clear();
    lags.clear();
    const figures = { due: 0, passed: 0, late: 0, refused: 0, lost: 0 };
    const sent = requests === 'messages' ? messages : unrelated;
    const pool = new Pool(port);
    await pool.open(connections);
    const underWay = new Set<Promise<void>>();
    const send = async (dueAt: number, n: number, counts: boolean) => {
      const from = performance.now();
      const status = await pool.ask(sent[n % sent.length]!);
      const now = performance.now();
      if (!counts) return;
      if (status === 200) times.add(now - from);
      figures[outcomeOf(status, now - dueAt)] += 1;
    };
    const from = performance.now();
    for (let [next, n] = [from, 0]; next < from + warmUpMs + ms; ) {
      const now = performance.now();
      for (; next <= now; next += untilNextMs(perSecond)) {
        const counts = next >= from + warmUpMs;
        if (counts) {
          figures.due += 1;
          lags.add(now - next);
        }
        const one = send(next, n++, counts);
        underWay.add(one);
        void one.then(() => underWay.delete(one));
      }
      await delay(1);
    }
    await Promise.race([Promise.all(underWay), delay(lastAnswersMs)]);
    pool.close();
    figures.lost = figures.due - figures.passed - figures.late - figures.refused;
    return { ...figures, times: times.summary(), ownLagP99: lags.summary().p99 };
  },
};

export type ArrivalsChild = typeof answers;

answer(answers);
