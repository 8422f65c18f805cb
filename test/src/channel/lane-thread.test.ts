// A lane between two threads that both sleep when they have nothing to do.

import { once } from 'node:events';
import {
  type Bell,
  LaneCaller,
  life,
  openChannel,
  stance,
  verdict,
  word,
} from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { posted, startThread } from './thread.js';

/** More than any call takes; one that is not answered by then was lost. */
const longestMs = 10_000;

/** Sleeps until the call is answered or the session has ended, as the gate does. */
function waitFor(lane: LaneCaller, bell: Bell): void {
  const isOpen = () => !lane.isAnswered() && !lane.hasEnded();
  const until = performance.now() + longestMs;
  while (isOpen() && performance.now() < until) {
    const count = bell.count();
    bell.setStance(stance.PARKED);
    if (isOpen()) bell.wait(count, longestMs);
    bell.setStance(stance.BUSY);
  }
}

t.test('twenty thousand calls are all answered, each with its own verdicts', async (t) => {
  const { worker, channel, bell } = startThread(t, 'answers-lane');
  await posted(worker);
  const lane = new LaneCaller(openChannel(channel));
  let right = 0;
  for (let call = 0; call < 20_000; call++) {
    const count = 1 + (call % 3);
    lane.begin();
    for (let place = 0; place < count; place++) lane.put(Int32Array.of(call + place), 0, 1);
    lane.send(0);
    waitFor(lane, bell);
    for (let place = 0; place < count; place++) {
      const number = call + place;
      const expected = number % 2 === 0 ? verdict.CONTINUE : verdict.REJECT;
      if (lane.verdict(place) !== expected) continue;
      if (expected === verdict.CONTINUE || lane.reason(place).text === String(number)) right++;
    }
  }
  t.equal(right, 39_999);
  const control = openChannel(channel).control;
  Atomics.store(control, word.LIFE, life.ENDED);
  Atomics.add(control, word.BELL, 1);
  Atomics.notify(control, word.BELL);
  await once(worker, 'exit');
});

t.test('a server asleep in a call wakes when the session has ended', async (t) => {
  const { worker, channel, bell } = startThread(t, 'ends-channel');
  const lane = new LaneCaller(openChannel(channel));
  const exited = once(worker, 'exit');
  const from = performance.now();
  lane.begin();
  lane.put(Int32Array.of(1), 0, 1);
  lane.send(0);
  waitFor(lane, bell);
  t.ok(lane.hasEnded());
  t.notOk(lane.isAnswered());
  t.equal(lane.verdict(0), verdict.NONE);
  t.ok(performance.now() - from < longestMs / 2);
  await exited;
});
