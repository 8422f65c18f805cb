// Gate calls and observer events that go on all the time, each answer checked, and how punctual everything is.

import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fetched, message, provocation } from './events.mjs';

const everyMs = 10;

export class LiveCalls {
  /** What is reported. */
  seen = {
    calls: 0,
    /** The longest gate call, the longest that the event loop was late, and the longest look at a file, in ms. */
    longestCall: 0,
    longestLag: 0,
    longestLook: 0,
    /** Answers that the innocent plugin did not give, and those that nobody could have given. */
    missed: 0,
    wrong: [],
    misdeed: undefined,
    toldInnocent: 0,
  };
  /** By cause, what the decisions say of the faulty plugin. */
  faults = {};
  /** How many calls it has answered since it last was at fault. */
  answeredSince = 0;
  #host;
  #seq = 0n;
  #isOver = false;
  #loops = [];

  constructor(host) {
    this.#host = host;
  }

  begin() {
    this.#loops = [this.#callOften(), this.#lookOften()];
  }

  async end() {
    this.#isOver = true;
    // A look at a file may never end, where the pool is full.
    await Promise.race([Promise.all(this.#loops), pause(1000)]);
  }

  /** One gate call, which may set off a deed. Returns its decision and how long it took. */
  call(deed) {
    const seq = ++this.#seq;
    const event = deed === undefined ? message(1, seq) : provocation(deed, seq);
    const startedAt = performance.now();
    const decision = this.#host.onMessageEnqueue(event);
    const ms = performance.now() - startedAt;
    this.seen.calls++;
    this.seen.longestCall = Math.max(this.seen.longestCall, ms);
    this.#check(decision, seq);
    return { decision, ms };
  }

  #check(decision, seq) {
    const { plugin, action, reason = '' } = decision;
    const fault = decision.faults?.find((one) => one.plugin === 'faulty');
    this.#noteFaulty(fault, plugin === 'faulty' ? reason : undefined);
    if (plugin === 'faulty') return;
    if (decision.faults?.some((one) => one.plugin === 'innocent')) this.seen.missed++;
    else if (action !== 'reject' || reason !== `innocent ${seq}`) this.#noteWrong(decision, seq);
  }

  #noteFaulty(fault, reason) {
    if (reason?.startsWith('done: ')) this.seen.misdeed ??= reason.slice(6);
    if (fault === undefined) {
      this.answeredSince++;
      return;
    }
    this.faults[fault.cause] = (this.faults[fault.cause] ?? 0) + 1;
    this.answeredSince = 0;
  }

  #noteWrong(decision, seq) {
    if (this.seen.wrong.length < 5) this.seen.wrong.push(`${seq}: ${JSON.stringify(decision).slice(0, 200)}`);
  }

  async #callOften() {
    while (!this.#isOver) {
      const before = performance.now();
      await pause(everyMs);
      this.seen.longestLag = Math.max(this.seen.longestLag, performance.now() - before - everyMs);
      this.call();
      this.#host.onFetch(fetched(1));
      this.seen.toldInnocent++;
    }
  }

  /** Whoever waits for a file waits for libuv's pool, which the whole process shares. */
  async #lookOften() {
    while (!this.#isOver) {
      const before = performance.now();
      const late = setInterval(() => this.#looked(before), everyMs);
      await stat('.').catch(() => {});
      clearInterval(late);
      this.#looked(before);
      await pause(5 * everyMs);
    }
  }

  #looked(since) {
    this.seen.longestLook = Math.max(this.seen.longestLook, performance.now() - since);
  }
}
