// Messages at a steady rate, gathered as a server gathers them, each decision checked and each call timed.

import { setTimeout as pause } from 'node:timers/promises';
import { fetched, message } from '../containment/host/events.mjs';
import { limits } from '../containment/limits.mjs';
import { isSteady, objectionTo } from './cast.mjs';

const perSecond = 5000;
const everyMs = 5;
const callMax = 64;

export class Load {
  seen = {
    messages: 0,
    calls: 0,
    wrong: [],
    wrongCount: 0,
    late: 0,
    excused: [],
    longest: 0,
    missed: 0,
    faults: {},
    events: 0,
  };
  #host;
  #lag;

  /** `lag` tells how late the machine is. */
  constructor(host, lag) {
    this.#host = host;
    this.#lag = lag;
  }

  /** Runs for so long. What was held up is made up for. */
  async run(ms) {
    const startedAt = performance.now();
    for (let now = startedAt; now - startedAt < ms; now = performance.now()) {
      const due = Math.floor(((now - startedAt) / 1000) * perSecond) - this.seen.messages;
      if (due > 0) this.#call(Math.min(due, callMax));
      await pause(due > 2 * callMax ? 0 : everyMs);
    }
  }

  #call(count) {
    const { seen } = this;
    const events = Array.from({ length: count }, (_, i) =>
      message((seen.messages + i) % 9973, BigInt(seen.messages + i)),
    );
    const startedAt = performance.now();
    const decisions = this.#host.askAll('onMessageEnqueue', events);
    const ms = performance.now() - startedAt;
    seen.calls++;
    seen.messages += count;
    seen.longest = Math.max(seen.longest, ms);
    if (ms > limits.budget + limits.slack) this.#noteLate(ms);
    for (const [i, decision] of decisions.entries()) this.#check(decision, events[i]);
    this.#tell(events);
  }

  /** Past its budget; but what the machine was late by, it was late by for everybody. */
  #noteLate(ms) {
    const lag = this.#lag.ms;
    if (ms > limits.budget + limits.slack + lag) this.seen.late++;
    else this.seen.excused.push([Math.round(ms), Math.round(lag)]);
  }

  #tell(events) {
    this.#host.onBatchEnqueue(events);
    this.#host.onFetch(fetched(events.length));
    this.seen.events += events.length + 1;
  }

  #check(decision, event) {
    const { seen } = this;
    for (const { plugin, cause } of decision.faults ?? []) {
      seen.faults[cause] = (seen.faults[cause] ?? 0) + 1;
      if (isSteady(plugin)) seen.missed++;
    }
    const objection = objectionTo(decision, event);
    if (objection === undefined) return;
    seen.wrongCount++;
    if (seen.wrong.length < 5) seen.wrong.push(`${event.seq}: ${objection}: ${JSON.stringify(decision).slice(0, 300)}`);
  }
}
