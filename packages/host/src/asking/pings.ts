// Pings sessions that had no call for a while, so that a plugin that hangs is noticed and replaced before a message
// meets it.
//
// A ping stands on the lane like a call, and the session answers it between two handlers. A timer looks for the answer. A
// gate call that finds a ping on its way waits for the answer within its own budget. The answer to a call that ended
// before the session's deadline is looked for in the same way.

import type { AskedLink } from './asked-plugin.js';

/** Time without a call after which a session is pinged, in ms. */
const idleMs = 5000;

/** The longest that an answer may take, in ms. Together with `tickMs`, a session that hangs is replaced within 2 s. */
const answerMs = 1400;

const tickMs = 500;

interface Seen {
  readonly call: number;
  readonly since: number;
}

export class Pings {
  readonly #links: () => Iterable<AskedLink>;
  readonly #recovered: (link: AskedLink) => void;
  readonly #replace: (link: AskedLink, reason: string) => void;
  readonly #timer: NodeJS.Timeout;
  /** The last call of each session, and the time since which it has been the last. */
  #seen = new Map<AskedLink, Seen>();
  #lastTick = performance.now();

  constructor(
    links: () => Iterable<AskedLink>,
    recovered: (link: AskedLink) => void,
    replace: (link: AskedLink, reason: string) => void,
  ) {
    this.#links = links;
    this.#recovered = recovered;
    this.#replace = replace;
    this.#timer = setInterval(() => this.#tick(performance.now()), tickMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(now: number): void {
    // If this thread itself was held up, the sessions may have been too: their time starts over.
    const wasHeldUp = now - this.#lastTick > 2 * tickMs;
    this.#lastTick = now;
    const before = this.#seen;
    this.#seen = new Map();
    for (const link of this.#links()) {
      if (!link.isOpen) continue;
      const seen = before.get(link);
      const isOld = !wasHeldUp && seen?.call === link.lane.call;
      const since = isOld ? seen.since : now;
      this.#seen.set(link, { call: link.lane.call, since });
      this.#look(link, now - since, now);
    }
  }

  #look(link: AskedLink, forMs: number, now: number): void {
    // Its verdicts are still to be taken from the lane.
    if (link.holder !== undefined) return;
    if (!link.owes) {
      link.hasDebt = false;
      // It has answered its overdue call, and no gate call has noticed that.
      if (link.stalled) this.#recovered(link);
      link.stalled = false;
      if (forMs >= idleMs) this.#ping(link, now);
    } else if (link.hasDebt && forMs >= answerMs && !link.starvation.isStarved(answerMs / 2)) {
      this.#replace(link, `did not answer within ${answerMs} ms, and its thread was not kept from a core`);
    }
  }

  #ping(link: AskedLink, now: number): void {
    link.hasDebt = true;
    link.lane.ping();
    link.starvation.begin();
    this.#seen.set(link, { call: link.lane.call, since: now });
  }
}
