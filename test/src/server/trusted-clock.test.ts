// The clock of a store: when it is trusted, and what may be removed while it is not.

import { type ClockDoubt, TrustedClock } from '@gatehouse/server/internal/store/trusted-clock';
import t from 'tap';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const begin = Date.UTC(2026, 0, 1);

/** A machine whose clock can be set. */
class Machine {
  wall = begin;
  monotonic = 17.3;
  readonly told: (ClockDoubt['name'] | 'trusted')[] = [];

  start(kept?: number, isConfirmed = false): TrustedClock {
    const onChange = (doubt: ClockDoubt | undefined) => this.told.push(doubt?.name ?? 'trusted');
    const clock = new TrustedClock({
      wall: () => this.wall,
      monotonic: () => this.monotonic,
      isConfirmed,
      onChange,
    });
    clock.resume(kept);
    return clock;
  }

  /** Time passes, and the clock is looked at every ten seconds, as the sweeper does. */
  run(clock: TrustedClock, ms: number): void {
    for (let passed = 0; passed < ms; passed += 10 * second) {
      this.wall += 10 * second;
      this.monotonic += 10 * second;
      clock.removableBy();
    }
  }
}

t.test('a clock that goes on evenly is trusted, and what has expired may be removed at once', async (t) => {
  const machine = new Machine();
  const clock = machine.start();
  for (const _ of Array(5)) {
    machine.run(clock, hour);
    t.equal(clock.removableBy(), machine.wall);
    t.equal(clock.now(), machine.wall);
  }
  t.strictSame([clock.doubt, machine.told], [undefined, []]);
});

t.test('a slewed clock is trusted: it differs by little in any minute', async (t) => {
  const machine = new Machine();
  const clock = machine.start();
  for (let i = 0; i < 1_000; i++) {
    machine.wall += 20;
    machine.run(clock, 10 * second);
  }
  t.equal(clock.doubt, undefined);
});

for (const [title, jump] of [
  ['forwards', 3 * hour],
  ['backwards', -3 * hour],
  ['by six seconds', 6 * second],
] as const) {
  t.test(`after a jump ${title}, nothing more may be removed until the clock has run for an hour`, async (t) => {
    const machine = new Machine();
    const clock = machine.start();
    machine.run(clock, minute);
    machine.wall += jump;
    t.equal(clock.now(), machine.wall, 'what has expired is hidden at once');
    t.equal(clock.removableBy(), machine.wall - Math.max(0, jump));
    machine.run(clock, hour - 10 * second);
    t.equal(clock.removableBy(), machine.wall - Math.max(0, jump));
    t.equal(clock.doubt?.name, 'clock-jumped');
    t.equal(clock.timeToKeep(), undefined);
    machine.run(clock, 10 * second);
    t.equal(clock.removableBy(), machine.wall);
    t.equal(clock.timeToKeep(), machine.wall);
    t.strictSame(machine.told, ['clock-jumped', 'trusted']);
  });
}

t.test('many small jumps within a minute count together', async (t) => {
  const machine = new Machine();
  const clock = machine.start();
  for (let i = 0; i < 5; i++) {
    machine.wall += 2 * second;
    machine.run(clock, 10 * second);
  }
  t.equal(clock.doubt?.name, 'clock-jumped');
});

t.test('the hour begins anew with each jump, also with the one back, and all are reported once', async (t) => {
  const machine = new Machine();
  const clock = machine.start();
  machine.wall += 200 * day;
  machine.run(clock, 11 * second);
  machine.wall -= 200 * day;
  machine.run(clock, hour - 10 * second);
  machine.wall += minute;
  clock.now();
  machine.run(clock, hour - 10 * second);
  t.equal(clock.doubt?.name, 'clock-jumped');
  machine.run(clock, 10 * second);
  t.equal(clock.doubt, undefined);
  t.strictSame(machine.told, ['clock-unconfirmed', 'clock-jumped', 'trusted']);
});

t.test('a start up to a day after the last trusted time is trusted at once', async (t) => {
  const machine = new Machine();
  t.equal(machine.start(begin - day).doubt, undefined);
  t.equal(machine.start(begin - day).removableBy(), begin);
});

t.test('a start long after the last trusted time waits for the word of an operator, and for the hour', async (t) => {
  const machine = new Machine();
  const kept = begin - 200 * day;
  const clock = machine.start(kept);
  machine.run(clock, 10 * hour);
  t.equal(clock.doubt?.name, 'clock-unconfirmed');
  t.match(clock.doubt?.reason, /200 days ahead of the last time .* --trust-clock/);
  t.equal(clock.removableBy(), kept + 10 * hour, 'what had expired before may go');
  t.equal(clock.timeToKeep(), undefined);
  const confirmed = machine.start(kept, true);
  t.equal(confirmed.doubt?.name, 'clock-jumped');
  t.equal(confirmed.removableBy(), kept);
  machine.run(confirmed, hour);
  t.equal(confirmed.doubt, undefined);
  t.equal(confirmed.timeToKeep(), machine.wall);
});

t.test('the word of an operator is about the time at the start, and not about a later jump', async (t) => {
  const machine = new Machine();
  const clock = machine.start(begin - 2 * day, true);
  machine.run(clock, 2 * hour);
  machine.wall += 2 * day;
  machine.run(clock, 2 * hour);
  t.equal(clock.doubt?.name, 'clock-unconfirmed');
});

t.test('a clock that is set right is trusted after an hour without any word', async (t) => {
  const machine = new Machine();
  machine.wall += 200 * day;
  const clock = machine.start(begin);
  machine.run(clock, 2 * hour);
  machine.wall -= 200 * day;
  machine.run(clock, 2 * hour);
  t.equal(clock.doubt, undefined);
  t.equal(clock.removableBy(), machine.wall);
});

t.test('a start before the last trusted time waits for the hour, and then its time is kept', async (t) => {
  const machine = new Machine();
  const clock = machine.start(begin + 100 * day);
  t.equal(clock.doubt?.name, 'clock-jumped');
  t.equal(clock.removableBy(), begin, 'earlier than what was trusted');
  machine.run(clock, hour);
  t.equal(clock.timeToKeep(), machine.wall);
});

t.test('a trusted time is to be kept once a minute at most', async (t) => {
  const machine = new Machine();
  const clock = machine.start();
  const kept: number[] = [];
  for (let i = 0; i < 12; i++) {
    const time = clock.timeToKeep();
    if (time !== undefined) kept.push(time - begin);
    machine.run(clock, 10 * second);
  }
  t.strictSame(kept, [0, minute]);
});

t.test('a process that is paused between its looks at both clocks sees no jump', async (t) => {
  let monotonic = 0;
  let pauses = 0;
  const clock = new TrustedClock({
    monotonic: () => monotonic,
    wall: () => {
      const seen = begin + monotonic;
      if (pauses-- > 0) monotonic += hour;
      return seen;
    },
  });
  clock.resume(undefined);
  pauses = 1;
  t.equal(clock.now(), begin + hour);
  t.equal(clock.doubt, undefined);
});
