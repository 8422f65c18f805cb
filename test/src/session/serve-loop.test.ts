// The loop of a session by itself: what comes first, and that it goes back to the event loop under any load.

import { Bell } from '@gatehouse/host/internal/channel/index';
import { ServeLoop, type ServeParts } from '@gatehouse/host/internal/session/serve-loop';
import t from 'tap';

/** A loop whose gate and ring have work as long as these say so. */
function openLoop(parts: Partial<Pick<ServeParts, 'gate' | 'observers' | 'wait'>>): ServeLoop {
  const bell = new Bell(new Int32Array(new SharedArrayBuffer(8)), 0, 1);
  const gate = { hasCall: () => false, isAwaiting: () => false, answerCall: () => {} };
  const observers = { hasEvent: () => false, deliver: () => {}, onRoom: () => {} };
  return new ServeLoop({
    bell,
    lane: { spunInVain: 0 },
    gate,
    observers,
    wait: 'adaptive',
    ...parts,
  });
}

t.test('timers have their turn though calls never end', async (t) => {
  let calls = 0;
  let open = true;
  const gate = { hasCall: () => open, isAwaiting: () => false, answerCall: () => calls++ };
  setTimeout(() => {
    open = false;
  }, 5);
  const loop = openLoop({ gate });
  const served = loop.run();
  loop.stop();
  // A loop that kept the thread would never let the timer end the calls, nor this test.
  await served;
  t.ok(calls > 0);
});

t.test('timers have their turn though events never end', async (t) => {
  let events = 0;
  let open = true;
  const observers = { hasEvent: () => open, deliver: () => events++, onRoom: () => {} };
  setTimeout(() => {
    open = false;
  }, 5);
  const loop = openLoop({ observers });
  const served = loop.run();
  loop.stop();
  await served;
  t.ok(events > 0);
});

t.test('a call that waits comes before the events that wait', async (t) => {
  const order: string[] = [];
  const gate = {
    hasCall: () => order.filter((what) => what === 'call').length < 2,
    isAwaiting: () => false,
    answerCall: () => order.push('call'),
  };
  const observers = { hasEvent: () => order.length < 4, deliver: () => order.push('event'), onRoom: () => {} };
  const loop = openLoop({ gate, observers });
  const served = loop.run();
  loop.stop();
  await served;
  t.same(order, ['call', 'call', 'event', 'event']);
});

t.test('a loop without work sleeps until it is stopped', async (t) => {
  const loop = openLoop({});
  const served = loop.run();
  loop.stop();
  await served;
  t.pass('it ended');
});
