// The one way into a mailbox, without HTTP.

import type { MessageEvent } from '@gatehouse/plugin-api';
import {
  type Arrival,
  type Decided,
  defaultSettings,
  type GateDecision,
  type Mailbox,
  type Numbered,
  type Offer,
  type Outcome,
  type Store,
  type Verdict,
} from '@gatehouse/server';
import { Admission } from '@gatehouse/server/internal/messages/admission';
import t from 'tap';

const passed: GateDecision = { action: 'continue' };
const silent = { error: () => {} };
const mailbox: Mailbox = { recipientKey: Buffer.alloc(32, 1), channelId: Buffer.alloc(16, 2) };
const arrival = (length = 0): Arrival => ({ mailbox, payload: Buffer.alloc(length) });

/** What a store was given to keep. */
interface Kept {
  readonly offer: Offer;
  readonly seq: bigint;
  readonly verdict: Verdict;
}

type SmallStore = Pick<Store, 'admit'>;

/** A store of numbers and outcomes alone. */
function smallStore(write: (batch: readonly Kept[]) => Promise<void> = async () => {}) {
  let last = 0n;
  const settled: (readonly Kept[])[] = [];
  const store: SmallStore = {
    admit: (batch, _limit, decide) => {
      const asked = batch.map((_, index) => {
        last += 1n;
        return { index, seq: last };
      });
      const settle = ({ verdicts }: Decided): readonly Promise<Outcome>[] => {
        const kept = asked.map(({ index, seq }, i) => ({ offer: batch[index]!, seq, verdict: verdicts[i]! }));
        settled.push(kept);
        const written = write(kept);
        return kept.map(async ({ seq, verdict }): Promise<Outcome> => {
          await written;
          return verdict.admit ? { outcome: 'stored', seq } : { outcome: 'refused' };
        });
      };
      const decision = decide(asked);
      if (!(decision instanceof Promise)) return { decided: Promise.resolve(), outcomes: settle(decision) };
      const outcomes = decision.then(settle);
      return {
        decided: decision.then(() => {}),
        outcomes: batch.map((_, i) => outcomes.then((all) => all[i]!)),
      };
    },
  };
  return { store: store as Store, settled };
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
    askAll: (hook: string, events: readonly MessageEvent[]) => {
      calls.push(`${events.length} ${hook}`);
      return events.map(decide);
    },
    askAsync: async (hook: string, event: MessageEvent) => {
      calls.push(`one ${hook}`);
      return decide(event);
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

const async = { ...defaultSettings, gateMode: 'async' } as const;

t.test('a gate that does not block is asked about each message by itself, and gathers them', async (t) => {
  const { store, settled } = smallStore();
  const gate = smallGate(({ payloadLen }) => (payloadLen === 2 ? { action: 'reject', reason: 'two' } : passed));
  const admission = new Admission(store, gate, async, silent);
  const answers = await Promise.allSettled([1, 2, 3].map((length) => admission.admit(arrival(length))));
  t.match(answers, [
    { value: { event: { seq: 1n } } },
    { reason: { code: 'REJECTED_BY_HOOK' } },
    { value: { event: { seq: 3n } } },
  ]);
  t.strictSame(gate.calls, Array(3).fill('one onMessageEnqueue'));
  t.strictSame(
    settled[0]!.map(({ verdict }) => verdict.admit),
    [true, false, true],
  );
});

t.test('what a gate that does not block throws or invents defers that message, and no other', async (t) => {
  const { store, settled } = smallStore();
  const gate = smallGate(({ payloadLen }) => {
    if (payloadLen === 1) throw new Error('broken');
    return payloadLen === 2 ? ({ action: 'allow' } as unknown as GateDecision) : passed;
  });
  const logged: string[] = [];
  const admission = new Admission(store, gate, async, {
    error: (_fields: unknown, text?: string) => logged.push(text!),
  });
  const answers = await Promise.allSettled([1, 2, 3].map((length) => admission.admit(arrival(length))));
  t.match(answers, [
    { reason: { code: 'HOOK_UNAVAILABLE' } },
    { reason: { code: 'HOOK_UNAVAILABLE' } },
    { value: { event: { seq: 3n } } },
  ]);
  t.strictSame(logged, ['the gate threw', 'the gate threw']);
  t.equal(settled.flat().filter(({ verdict }) => verdict.admit).length, 1);
});

t.test('what passed without a verdict is stored with the plugins that gave none', async (t) => {
  const { store, settled } = smallStore();
  const admittedWithout = ['guard'];
  const gate = smallGate(({ payloadLen }) => (payloadLen === 0 ? passed : { action: 'continue', admittedWithout }));
  const admission = new Admission(store, gate, defaultSettings, silent);
  await Promise.all([admission.admit(arrival(0)), admission.admit(arrival(1))]);
  t.strictSame(
    settled[0]!.map(({ verdict }) => verdict),
    [{ admit: true }, { admit: true, admittedWithout }],
  );
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
  t.strictSame(settled[0]![0]!.verdict, { admit: false }, 'nothing is stored');
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
    { seq: 1n, offer: { payload: Buffer.alloc(1) }, verdict: { admit: true } },
    { seq: 2n, verdict: { admit: false } },
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

t.test('a store that throws or keeps nothing is told as such, and the next message is taken', async (t) => {
  let broken = true;
  const { store } = smallStore(async () => {
    if (broken) throw new Error('disk');
  });
  const { admit } = store;
  const admission = new Admission(store, smallGate(), defaultSettings, silent);
  await t.rejects(admission.admit(arrival()), { code: 'STORAGE_UNAVAILABLE', status: 503, retryAfter: 1 });
  broken = false;
  store.admit = () => {
    throw new Error('disk');
  };
  await t.rejects(admission.admit(arrival()), { code: 'STORAGE_UNAVAILABLE' });
  store.admit = admit;
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
  const answers = {
    onMessageEnqueue: () => gate.one as GateDecision,
    askAll: () => gate.all as GateDecision[],
    askAsync: async () => gate.one as GateDecision,
  };
  const logged: string[] = [];
  const log = { error: (about: unknown) => logged.push((about as { readonly err: Error }).err.message) };
  const admission = new Admission(store, answers, defaultSettings, log as ConstructorParameters<typeof Admission>[3]);
  const outcomes = await Promise.allSettled(Array.from({ length: count }, () => admission.admit(arrival())));
  const codes = outcomes.map((one) => (one.status === 'fulfilled' ? 'stored' : one.reason.code));
  return { codes, kept: settled.flat().filter(({ verdict }) => verdict.admit).length, logged };
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

/** A store that says something else of each message than what became of it. */
const says = (outcomeOf: (seq: bigint, i: number) => unknown) => (store: Store) => {
  const { admit } = store;
  store.admit = (...args) => {
    const { decided, outcomes } = admit(...args);
    return { decided, outcomes: outcomes.map(async (_, i) => outcomeOf(BigInt(i + 1), i) as Outcome) };
  };
};

/** A store that asks about something else than the messages that it has. */
const asksAbout = (spoil: (asked: readonly Numbered[]) => readonly Numbered[]) => (store: Store) => {
  const { admit } = store;
  store.admit = (batch, limit, decide) => {
    return admit(batch, limit, (asked) => {
      const { verdicts } = decide(spoil(asked)) as Decided;
      return { verdicts: asked.map((_, i) => verdicts[i] ?? { admit: true }) };
    });
  };
};

const stored = 'stored';
const failed = 'STORAGE_UNAVAILABLE';

const brokenStores: Readonly<Record<string, readonly [(store: Store) => void, readonly string[]]>> = {
  'that asks about too few messages': [asksAbout((asked) => asked.slice(0, 1)), [stored, failed]],
  'that gives a number twice': [asksAbout((asked) => asked.map((one) => ({ ...one, seq: 1n }))), [failed, failed]],
  'that says too little of what became of messages': [
    (store) => {
      const { admit } = store;
      store.admit = (...args) => {
        const { decided, outcomes } = admit(...args);
        return { decided, outcomes: outcomes.slice(0, 1) };
      };
    },
    [failed, failed],
  ],
  'that refused what continued': [says(() => ({ outcome: 'refused' })), [failed, failed]],
  'that says something else': [says(() => ({ outcome: 'kept' })), [failed, failed]],
};

for (const [what, [spoil, expected]] of Object.entries(brokenStores)) {
  t.test(`nothing is acknowledged of a store ${what} but what the gate let in`, async (t) => {
    const { codes, logged } = await broken({ all: [passed, passed], one: passed }, spoil);
    t.strictSame(codes, expected);
    t.match(logged, [/^broken invariant/]);
  });
}

t.test('a store that stored what the gate refused acknowledges nothing', async (t) => {
  const { codes } = await broken(
    { all: [{ action: 'reject', reason: 'no' }, passed] },
    says((seq) => ({ outcome: 'stored', seq })),
  );
  t.strictSame(codes, [failed, stored]);
});

t.test('a mailbox that cannot be read fails alone, and the messages to others are taken', async (t) => {
  const { store } = smallStore();
  const { admit } = store;
  store.admit = (...args) => {
    const { decided, outcomes } = admit(...args);
    return { decided, outcomes: outcomes.map((one, i) => (i === 1 ? Promise.reject(new Error('damaged')) : one)) };
  };
  const admission = new Admission(store, smallGate(), defaultSettings, silent);
  const [one, two] = await Promise.allSettled([admission.admit(arrival(0)), admission.admit(arrival(1))]);
  t.equal(one!.status, 'fulfilled');
  t.match(two, { status: 'rejected', reason: { code: 'STORAGE_UNAVAILABLE' } });
});

t.test('a message that follows another of the same key is answered once, also when the store fails', async (t) => {
  const { store } = smallStore();
  store.admit = () => {
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
