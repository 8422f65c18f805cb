// The one way into a mailbox, without HTTP.

import type { MessageEvent } from '@gatehouse/plugin-api';
import {
  type Arrival,
  defaultSettings,
  type GateDecision,
  type Mailbox,
  type Settlement,
  type Store,
} from '@gatehouse/server';
import { Admission } from '@gatehouse/server/internal/messages/admission';
import t from 'tap';

const passed: GateDecision = { action: 'continue' };
const silent = { error: () => {} };
const mailbox: Mailbox = { recipientKey: Buffer.alloc(32, 1), channelId: Buffer.alloc(16, 2) };
const arrival = (length = 0): Arrival => ({ mailbox, payload: Buffer.alloc(length) });

/** A store of numbers and settlements alone. */
function smallStore(commit: (settlements: readonly Settlement[]) => Promise<void> = async () => {}) {
  let last = 0n;
  const settled: (readonly Settlement[])[] = [];
  const store = {
    assignSeqs: async (mailboxes: readonly Mailbox[]) => {
      return mailboxes.map(() => {
        last += 1n;
        return last;
      });
    },
    commit: async (settlements: readonly Settlement[]) => {
      settled.push(settlements);
      await commit(settlements);
      return settlements.map(({ message }) => (message ? 'stored' : 'gap'));
    },
    mayHaveRoom: async () => true,
  };
  return { store: store as unknown as Store, settled };
}

/** A gate that writes down how it was asked. */
function smallGate(decide: (event: MessageEvent) => GateDecision = () => passed) {
  const calls: string[] = [];
  return {
    calls,
    onMessageEnqueue: (event: MessageEvent) => {
      calls.push('one');
      return decide(event);
    },
    decideAll: (hook: string, events: readonly MessageEvent[]) => {
      calls.push(`${events.length} ${hook}`);
      return events.map(decide);
    },
  };
}

t.test('one message is asked of on its own, several of one turn in one call', async (t) => {
  const { store, settled } = smallStore();
  const gate = smallGate();
  const admission = new Admission(store, gate, defaultSettings, silent);
  t.equal((await admission.admit(arrival())).event.seq, 1n);
  const several = await Promise.all([1, 2, 3].map((length) => admission.admit(arrival(length))));
  t.strictSame(
    several.map(({ event: { seq, payloadLen } }) => [seq, payloadLen]),
    [
      [2n, 1],
      [3n, 2],
      [4n, 3],
    ],
  );
  t.strictSame(gate.calls, ['one', '3 onMessageEnqueue']);
  t.equal(settled.length, 2, 'the writes of one call go to the store together');
});

t.test('a call of the gate is about no more than the limit', async (t) => {
  const { store } = smallStore();
  const gate = smallGate();
  const admission = new Admission(store, gate, { ...defaultSettings, gatherMax: 4 }, silent);
  await Promise.all(Array.from({ length: 9 }, () => admission.admit(arrival())));
  t.strictSame(gate.calls, ['4 onMessageEnqueue', '4 onMessageEnqueue', 'one']);
});

t.test('what passed without a verdict is stored with the plugins that gave none', async (t) => {
  const { store, settled } = smallStore();
  const admittedWithout = ['guard'];
  const gate = smallGate(({ payloadLen }) => (payloadLen === 0 ? passed : { action: 'continue', admittedWithout }));
  const admission = new Admission(store, gate, defaultSettings, silent);
  await Promise.all([admission.admit(arrival(0)), admission.admit(arrival(1))]);
  t.notOk('admittedWithout' in settled[0]![0]!.message!);
  t.strictSame(settled[0]![1]!.message!.admittedWithout, admittedWithout);
});

t.test('what is refused because a plugin could not say is told so, and not which plugin', async (t) => {
  const { store, settled } = smallStore();
  const reason = 'the plugin guard could not decide (timed-out)';
  const gate = smallGate(() => ({ action: 'reject', reason, cause: 'timed-out' }));
  const refusal = await new Admission(store, gate, defaultSettings, silent).admit(arrival()).catch((error) => error);
  t.match(refusal.document(), {
    status: 403,
    code: 'REJECTED_BY_HOOK',
    reason: 'a plugin could not decide',
    cause: 'timed-out',
  });
  t.notMatch(JSON.stringify(refusal.document()), 'guard');
  t.notOk('message' in settled[0]![0]!, 'nothing is stored');
});

t.test('nothing is answered before it is stored, a refusal neither', async (t) => {
  let written = () => {};
  const { store, settled } = smallStore(
    () =>
      new Promise((resolve) => {
        written = resolve;
      }),
  );
  const gate = smallGate(({ payloadLen }) => (payloadLen === 0 ? { action: 'reject', reason: 'empty' } : passed));
  const admission = new Admission(store, gate, defaultSettings, silent);
  const answered: string[] = [];
  const all = [1, 0].map((length) =>
    admission.admit(arrival(length)).then(
      () => answered.push('stored'),
      ({ code }) => answered.push(code),
    ),
  );
  while (settled.length === 0) await new Promise(setImmediate);
  t.strictSame(answered, []);
  t.match(settled[0], [
    { seq: 1n, message: { payload: Buffer.alloc(1) } },
    { seq: 2n, message: undefined },
  ]);
  written();
  await Promise.all(all);
  t.strictSame(answered, ['stored', 'REJECTED_BY_HOOK']);
});

t.test('the next messages are decided while the last ones are being written', async (t) => {
  const { store, settled } = smallStore(() => new Promise(() => {}));
  const gate = smallGate();
  const admission = new Admission(store, gate, defaultSettings, silent);
  void admission.admit(arrival());
  while (settled.length < 1) await new Promise(setImmediate);
  void admission.admit(arrival());
  while (settled.length < 2) await new Promise(setImmediate);
  t.strictSame(gate.calls, ['one', 'one']);
});

t.test('a store that gives no numbers or keeps nothing is told as such, and the next message is taken', async (t) => {
  let broken = true;
  const { store } = smallStore(async () => {
    if (broken) throw new Error('disk');
  });
  const numbers = store.assignSeqs;
  const admission = new Admission(store, smallGate(), defaultSettings, silent);
  await t.rejects(admission.admit(arrival()), { code: 'STORAGE_UNAVAILABLE', status: 503, retryAfter: 1 });
  broken = false;
  store.assignSeqs = async () => {
    throw new Error('disk');
  };
  await t.rejects(admission.admit(arrival()), { code: 'STORAGE_UNAVAILABLE' });
  store.assignSeqs = numbers;
  t.equal((await admission.admit(arrival())).event.seq, 2n);
});
