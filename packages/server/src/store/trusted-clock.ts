// The clock of a store, which does not believe a jump of the machine's clock: what was removed by a wrong time is lost.

export interface StoreClock {
  /** What has expired by this time is hidden (milliseconds since 1970). */
  now(): number;
  /** What has expired by this time may be removed for good. Never later than `now`. */
  removableBy(): number;
  /** The time of what is stored now, from which on it lives. Never before the time that was trusted, as it has gone on. */
  storing(): number;
  /** Called once, before anything else, with the time that the store has kept, if any. */
  resume(kept: number | undefined): void;
  /** Returns a time that the store has to keep for its next opening; undefined while none is due. */
  timeToKeep(): number | undefined;
}

/** Why the clock is not trusted. It has a condition of the same name. */
export interface ClockDoubt {
  /** `clock-jumped` passes by itself; `clock-unconfirmed` does not. */
  readonly name: 'clock-jumped' | 'clock-unconfirmed';
  /** Says what is wrong, and what to do. */
  readonly reason: string;
}

export interface TrustedClockOptions {
  /** Milliseconds since 1970. */
  readonly wall?: () => number;
  /** Milliseconds since any moment; never jumps. */
  readonly monotonic?: () => number;
  /** The operator's word that the time at the start is right, however long after the last one that was trusted. */
  readonly isConfirmed?: boolean;
  /** Is called when the clock is doubted, for a new reason, or is trusted again. */
  readonly onChange?: (doubt: ClockDoubt | undefined) => void;
}

/** The two clocks may differ by so much within `lookMs`, because the system may slew its clock. */
const jumpMs = 5_000;
/** Least time between two readings that are compared, so that a thousand small differences count together. */
const lookMs = 60_000;
/** Reading both takes less than this, unless the process is paused. */
const readMs = 1_000;
/** Both clocks have to agree for so long before the wall clock is trusted again. */
const agreeMs = 3_600_000;
/**
 * A time that is further ahead has to be confirmed. Only messages with less time to live than this are at stake when a
 * wrong clock is believed at a start; an operator is asked when a server was down for longer.
 */
const farMs = 86_400_000;
/** Least time between two writes of the trusted time. */
const keepMs = 60_000;

/** Both clocks at the same moment. */
interface Reading {
  readonly wall: number;
  readonly monotonic: number;
}

export class TrustedClock implements StoreClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  readonly #onChange: (doubt: ClockDoubt | undefined) => void;
  #isConfirmed: boolean;
  /** What the next readings are compared with. */
  #compared: Reading;
  /** The last reading that was trusted. */
  #trusted: Reading;
  /** The monotonic time of the last jump; undefined while the clock is trusted. */
  #jumpedAt: number | undefined;
  #reported: ClockDoubt['name'] | undefined;
  #keptAt = Number.NEGATIVE_INFINITY;

  constructor({ wall, monotonic, isConfirmed = false, onChange = () => {} }: TrustedClockOptions = {}) {
    this.#wall = wall ?? (() => Date.now());
    this.#monotonic = monotonic ?? (() => performance.now());
    this.#onChange = onChange;
    this.#isConfirmed = isConfirmed;
    this.#compared = this.#read();
    this.#trusted = this.#compared;
  }

  resume(kept: number | undefined): void {
    const seen = this.#read();
    this.#compared = seen;
    this.#trusted = kept === undefined ? seen : { wall: kept, monotonic: seen.monotonic };
    const ahead = this.#ahead(seen);
    if (ahead < -jumpMs || ahead > farMs) this.#jumpedAt = seen.monotonic;
    this.#look();
  }

  now(): number {
    return this.#look().wall;
  }

  removableBy(): number {
    const seen = this.#look();
    // What had expired by the trusted time, as it has gone on since, has expired whatever the wall clock says.
    return this.#jumpedAt === undefined ? seen.wall : Math.floor(seen.wall - Math.max(0, this.#ahead(seen)));
  }

  storing(): number {
    const seen = this.#look();
    // A clock that is behind would let what is stored now expire as soon as it is set right.
    return this.#jumpedAt === undefined ? seen.wall : Math.ceil(seen.wall + Math.max(0, -this.#ahead(seen)));
  }

  timeToKeep(): number | undefined {
    const { wall, monotonic } = this.#look();
    if (this.#jumpedAt !== undefined || monotonic - this.#keptAt < keepMs) return undefined;
    this.#keptAt = monotonic;
    return wall;
  }

  /** Undefined while the clock is trusted. */
  get doubt(): ClockDoubt | undefined {
    return this.#doubtAt(this.#look());
  }

  /** Reads both clocks again if the process was paused between them, which would look like a jump. */
  #read(): Reading {
    for (;;) {
      const reading = { monotonic: this.#monotonic(), wall: this.#wall() };
      if (this.#monotonic() - reading.monotonic < readMs) return reading;
    }
  }

  #look(): Reading {
    const seen = this.#read();
    const elapsed = seen.monotonic - this.#compared.monotonic;
    if (Math.abs(seen.wall - this.#compared.wall - elapsed) > jumpMs) {
      this.#jumpedAt = seen.monotonic;
      // The operator has confirmed another time than this.
      this.#isConfirmed = false;
      this.#compared = seen;
    } else if (elapsed >= lookMs) this.#compared = seen;
    if (this.#mayTrust(seen)) this.#jumpedAt = undefined;
    if (this.#jumpedAt === undefined) this.#trusted = seen;
    this.#report(seen);
    return seen;
  }

  #mayTrust(seen: Reading): boolean {
    return this.#jumpedAt !== undefined && seen.monotonic - this.#jumpedAt >= agreeMs && !this.#isFar(seen);
  }

  #isFar(seen: Reading): boolean {
    return !this.#isConfirmed && this.#ahead(seen) > farMs;
  }

  /** Milliseconds by which the wall clock is ahead of the trusted time, as that has gone on since. */
  #ahead({ wall, monotonic }: Reading): number {
    return wall - this.#trusted.wall - (monotonic - this.#trusted.monotonic);
  }

  #report(seen: Reading): void {
    const doubt = this.#doubtAt(seen);
    if (doubt?.name === this.#reported) return;
    this.#reported = doubt?.name;
    this.#onChange(doubt);
  }

  #doubtAt(seen: Reading): ClockDoubt | undefined {
    if (this.#jumpedAt === undefined) return undefined;
    const ahead = this.#ahead(seen);
    const where = `${spanOf(ahead)} ${ahead < 0 ? 'behind' : 'ahead of'} the last time that was trusted`;
    const effect = 'what seems to have expired since then is hidden, but not removed';
    if (!this.#isFar(seen)) {
      const until = 'until the clock has run for an hour without a jump';
      return { name: 'clock-jumped', reason: `the clock of this machine is ${where}: ${effect} ${until}` };
    }
    const advice = 'set the clock if it is wrong; if it is right, start with --trust-clock';
    return { name: 'clock-unconfirmed', reason: `the clock of this machine is ${where}: ${effect}. ${advice}` };
  }
}

/** Returns a clock that takes every time as right. */
export function believedClock(now: () => number): StoreClock {
  return { now, removableBy: now, storing: now, resume: () => {}, timeToKeep: () => undefined };
}

const units = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;

/** Returns a duration in words, in the largest unit of which there are two. */
function spanOf(ms: number): string {
  const size = Math.abs(ms);
  const [unit, length] = units.find(([, length]) => size >= 2 * length) ?? ['seconds', 1_000];
  return `${Math.round(size / length)} ${unit}`;
}
