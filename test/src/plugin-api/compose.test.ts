// Hooks in the caller's own thread: those that do nothing, and several as one.

import { Continue, composeHooks, Defer, noopHooks, Reject, type ServerHooks } from '@gatehouse/plugin-api';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import t from 'tap';

const message = { recipientKey: new Uint8Array(32), channelId: new Uint8Array(16), payloadLen: 1, seq: 1n };
const login = { username: 'ada', success: true, failureReason: '' };

t.test('noopHooks has every hook; gates continue, observers return nothing', async (t) => {
  t.strictSame(Object.keys(noopHooks), [...hookNames]);
  for (const name of hookNames) {
    const answer = (noopHooks[name] as () => unknown)();
    t.equal(answer, hooks[name].kind === 'gate' ? Continue : undefined, name);
  }
  t.ok(Object.isFrozen(noopHooks));
});

t.test('nothing composed does nothing, in every hook', async (t) => {
  const composed = composeHooks();
  t.strictSame(Object.keys(composed), [...hookNames]);
  t.equal(composed.onMessageEnqueue(message), Continue);
  t.equal(composed.onAuth(login), undefined);
});

t.test('gates are asked in order, and the first Reject ends it and is the answer', async (t) => {
  const asked: string[] = [];
  const gate = (name: string, answer: ReturnType<ServerHooks['onMessageEnqueue']>): Partial<ServerHooks> => ({
    onMessageEnqueue: () => {
      asked.push(name);
      return answer;
    },
  });
  const refusal = Reject('no');
  const composed = composeHooks(gate('a', Continue), gate('b', refusal), gate('c', Reject('never asked')));
  t.equal(composed.onMessageEnqueue(message), refusal);
  t.strictSame(asked, ['a', 'b']);
});

t.test('a Defer ends it as a Reject does, and so does an answer that is none, for which nothing passes', async (t) => {
  const last = { onMessageEnqueue: () => Continue };
  const later = Defer('greylisted', { retryAfterMs: 300_000.5 });
  t.strictSame(composeHooks({ onMessageEnqueue: () => later }, last).onMessageEnqueue(message), later);
  t.strictSame(later, { action: 'defer', reason: 'greylisted', retryAfterMs: 300_001 });
  for (const none of [undefined, null, 'continue']) {
    const broken = { onMessageEnqueue: () => none } as never;
    t.equal(composeHooks(broken, last).onMessageEnqueue(message), none);
  }
});

t.test('a set without the gate is passed over', async (t) => {
  const composed = composeHooks({}, { onAuth: () => {} }, { onMessageEnqueue: () => Reject('no') });
  t.strictSame(composed.onMessageEnqueue(message), Reject('no'));
});

t.test('a gate that throws ends it: it is not counted as an answer', async (t) => {
  const broken = () => {
    throw new Error('broken');
  };
  const composed = composeHooks({ onMessageEnqueue: broken }, { onMessageEnqueue: () => Continue });
  t.throws(() => composed.onMessageEnqueue(message), { message: 'broken' });
});

t.test('all observers are told, in order, with the same event', async (t) => {
  const told: unknown[] = [];
  const composed = composeHooks(
    { onAuth: (event) => void told.push('a', event) },
    {},
    { onAuth: (event) => void told.push('b', event) },
  );
  composed.onAuth(login);
  t.strictSame(told, ['a', login, 'b', login]);
});

t.test(
  'an observer that throws does not keep the others from being told; the first error is thrown then',
  async (t) => {
    const told: string[] = [];
    const failing = (name: string) => () => {
      told.push(name);
      throw new Error(name);
    };
    const composed = composeHooks(
      { onAuth: failing('a') },
      { onAuth: failing('b') },
      { onAuth: () => void told.push('c') },
    );
    t.throws(() => composed.onAuth(login), { message: 'a' });
    t.strictSame(told, ['a', 'b', 'c']);
  },
);

t.test('hooks are called as methods of their set', async (t) => {
  class Counting {
    logins = 0;
    onAuth() {
      this.logins++;
    }
  }
  const counting = new Counting();
  composeHooks(counting).onAuth(login);
  t.equal(counting.logins, 1);
});

t.test('a composition can be composed again', async (t) => {
  const inner = composeHooks({ onMessageEnqueue: () => Reject('inner') });
  t.strictSame(composeHooks(noopHooks, inner).onMessageEnqueue(message), Reject('inner'));
});
