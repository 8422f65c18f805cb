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

/** What a message came to, and whether anything was stored, at a gate and a store in which something is broken. */
async function broken(
  gate: { readonly one?: unknown; readonly all?: unknown },
  spoil: (store: Store) => void = () => {},
  count = 2,
) {
  const { store, settled } = smallStore();
  spoil(store);
  const answers = { onMessageEnqueue: () => gate.one as GateDecision, decideAll: () => gate.all as GateDecision[] };
  const logged: string[] = [];
  const log = { error: (about: unknown) => logged.push((about as { readonly err: Error }).err.message) };
  const admission = new Admission(store, answers, defaultSettings, log as ConstructorParameters<typeof Admission>[3]);
  const outcomes = await Promise.allSettled(Array.from({ length: count }, () => admission.admit(arrival())));
  const codes = outcomes.map((one) => (one.status === 'fulfilled' ? 'stored' : one.reason.code));
  return { codes, kept: settled.flat().filter(({ message }) => message !== undefined).length, logged };
}

const notDecisions = {
  'none at all': undefined,
  'too few': [passed],
  'too many': [passed, passed, passed],
  'a hole': [passed, undefined],
  'an action that there is not': [passed, { action: 'Continue' }],
  'a promise': [passed, Promise.resolve(passed)],
  'one that is true': [passed, true],
};

for (const [what, all] of Object.entries(notDecisions)) {
  t.test(`a gate that answers two messages with ${what} has decided nothing, and nothing is stored`, async (t) => {
    const { codes, kept, logged } = await broken({ all });
    t.strictSame(codes, ['HOOK_UNAVAILABLE', 'HOOK_UNAVAILABLE']);
    t.equal(kept, 0);
    t.equal(logged.length, 1);
  });
}

t.test('a gate that answers one message with anything but a decision has decided nothing', async (t) => {
  for (const one of [undefined, null, 'continue', {}, { action: 'allow' }, Promise.resolve(passed)]) {
    const { codes, kept, logged } = await broken({ one }, undefined, 1);
    t.strictSame(codes, ['HOOK_UNAVAILABLE']);
    t.equal(kept, 0);
    t.match(logged, [one === null ? /./ : /a decision is to continue, to reject or to defer/]);
  }
});

const brokenStores: Readonly<Record<string, (store: Store) => void>> = {
  'a store that gives too few numbers': (store) => {
    store.assignSeqs = async () => [1n];
  },
  'a store that gives a number twice': (store) => {
    store.assignSeqs = async () => [1n, 1n];
  },
  'a store that says too little of what became of messages': (store) => {
    store.commit = async () => ['stored'];
  },
  'a store that made a gap of what continued': (store) => {
    store.commit = async () => ['gap', 'gap'];
  },
  'a store that says something else': (store) => {
    store.commit = async () => ['kept', 'kept'] as never;
  },
};

for (const [what, spoil] of Object.entries(brokenStores)) {
  t.test(`${what} has stored nothing that is acknowledged`, async (t) => {
    const { codes, logged } = await broken({ all: [passed, passed] }, spoil);
    t.strictSame(codes, ['STORAGE_UNAVAILABLE', 'STORAGE_UNAVAILABLE']);
    t.match(logged, [/^broken invariant/]);
  });
}

t.test('a mailbox that cannot be read fails alone, and the messages to others are taken', async (t) => {
  const { store } = smallStore();
  const mayHaveRoom = store.mayHaveRoom;
  store.mayHaveRoom = async (mailbox, bytes, limit) => {
    if (bytes === 1) throw new Error('damaged');
    return mayHaveRoom(mailbox, bytes, limit);
  };
  const admission = new Admission(store, smallGate(), defaultSettings, silent);
  const [one, two] = await Promise.allSettled([admission.admit(arrival(0)), admission.admit(arrival(1))]);
  t.equal(one!.status, 'fulfilled');
  t.match(two, { status: 'rejected', reason: { code: 'STORAGE_UNAVAILABLE' } });
});

t.test('a message that follows another of the same key is answered once, also when the store fails', async (t) => {
  const { store } = smallStore();
  store.receipt = async () => {
    throw new Error('disk');
  };
  const admission = new Admission(store, smallGate(), defaultSettings, silent);
  const same = () => admission.admit({ ...arrival(), idempotencyKey: 'key' });
  const outcomes = await Promise.allSettled([same(), same()]);
  t.match(outcomes, [
    { status: 'rejected', reason: { code: 'STORAGE_UNAVAILABLE' } },
    { status: 'rejected', reason: { code: 'STORAGE_UNAVAILABLE' } },
  ]);
});
