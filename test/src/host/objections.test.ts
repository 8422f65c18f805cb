// What the objections to one event come to.

import type { FaultCause, FaultPolicy } from '@gatehouse/host';
import { decisionOf, type Objection, Objections } from '@gatehouse/host/internal/asking/objections';
import { continued } from '@gatehouse/host/internal/contract/decision';
import { faultCauses } from '@gatehouse/host/internal/contract/fault';
import { faultPolicies } from '@gatehouse/host/internal/contract/policy';
import fc from 'fast-check';
import t from 'tap';

const rejected = (place: number): Objection => ({
  place,
  plugin: `p${place}`,
  kind: 'rejected',
  reason: `no ${place}`,
  truncated: false,
});
const fault = (place: number, policy: FaultPolicy, cause: FaultCause = 'threw'): Objection => ({
  place,
  plugin: `p${place}`,
  kind: 'fault',
  cause,
  policy,
});

const deferred = (place: number, retryAfterMs: number | undefined): Objection => ({
  place,
  plugin: `p${place}`,
  kind: 'deferred',
  reason: `later ${place}`,
  truncated: false,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

const verdict = fc.oneof(
  fc.constant('rejected' as const),
  fc.record({ retryAfterMs: fc.option(fc.nat(), { nil: undefined }) }),
  fc.tuple(fc.constantFrom<FaultPolicy>(...faultPolicies), fc.constantFrom<FaultCause>(...faultCauses)),
);
const defers = (one: Objection) => one.kind === 'deferred' || (one.kind === 'fault' && one.policy === 'defer');
/** Objections of the plugins of a chain, in the order of their places. */
const chain = fc.array(verdict, { maxLength: 6 }).map((verdicts) =>
  verdicts.map((one, place) => {
    if (one === 'rejected') return rejected(place);
    return 'retryAfterMs' in one ? deferred(place, one.retryAfterMs) : fault(place, one[0], one[1]);
  }),
);

t.test('nothing against it is the one decision that costs nothing', async (t) => {
  t.equal(decisionOf([]), continued);
  t.same(continued, { action: 'continue' });
});

t.test(
  'a Reject prevails over all, a rejecting fault over what defers, a Defer or deferring fault over what is let pass',
  async () => {
    const ranks: readonly ((one: Objection) => boolean)[] = [
      (one) => one.kind === 'rejected',
      (one) => one.kind === 'fault' && one.policy === 'reject',
      defers,
    ];
    fc.assert(
      fc.property(chain, (objections) => {
        const decision = decisionOf(objections);
        const settling = ranks.map((isOf) => objections.find(isOf)).find((one) => one !== undefined);
        if (settling === undefined) return decision.action === 'continue';
        const action = defers(settling) ? 'defer' : 'reject';
        const cause =
          settling.kind === 'fault' ? settling.cause : settling.kind === 'deferred' ? settling.kind : undefined;
        if (decision.action === 'continue') return false;
        return decision.action === action && decision.plugin === settling.plugin && decision.cause === cause;
      }),
    );
  },
);

t.test('of what defers, the first settles it, and the longest wait that was asked for holds', async () => {
  fc.assert(
    fc.property(chain, (objections) => {
      const decision = decisionOf(objections);
      if (decision.action !== 'defer') return !('retryAfterMs' in decision);
      const waits = objections.flatMap((one) => (one.kind === 'deferred' ? (one.retryAfterMs ?? []) : []));
      const longest = waits.length === 0 ? undefined : Math.max(...waits);
      return decision.plugin === objections.find(defers)?.plugin && decision.retryAfterMs === longest;
    }),
  );
});

t.test('the order in which objections come changes nothing', async (t) => {
  fc.assert(
    fc.property(
      chain.chain((objections) =>
        fc.tuple(
          fc.constant(objections),
          fc.shuffledSubarray(objections, { minLength: objections.length, maxLength: objections.length }),
        ),
      ),
      ([objections, shuffled]) => {
        t.strictSame(decisionOf(shuffled), decisionOf(objections));
      },
    ),
  );
});

t.test('every fault on the way is told, in the order of the chain, and none where there was none', async () => {
  fc.assert(
    fc.property(chain, (objections) => {
      const { faults } = decisionOf(objections);
      const wanted = objections.flatMap((one) => (one.kind === 'fault' ? [`${one.plugin} ${one.cause}`] : []));
      if (wanted.length === 0) return faults === undefined;
      return faults?.map(({ plugin, cause }) => `${plugin} ${cause}`).join() === wanted.join();
    }),
  );
});

t.test('a decision tells what settled it', async (t) => {
  t.strictSame(decisionOf([fault(0, 'continue', 'crashed'), rejected(1)]), {
    action: 'reject',
    reason: 'no 1',
    truncated: false,
    plugin: 'p1',
    faults: [{ plugin: 'p0', cause: 'crashed' }],
  });
  t.strictSame(decisionOf([fault(0, 'continue'), fault(1, 'reject', 'timed-out')]), {
    action: 'reject',
    reason: 'the plugin p1 could not decide (timed-out)',
    truncated: false,
    plugin: 'p1',
    cause: 'timed-out',
    faults: [
      { plugin: 'p0', cause: 'threw' },
      { plugin: 'p1', cause: 'timed-out' },
    ],
  });
  t.strictSame(decisionOf([fault(0, 'continue'), fault(2, 'continue', 'unavailable')]), {
    action: 'continue',
    admittedWithout: ['p0', 'p2'],
    faults: [
      { plugin: 'p0', cause: 'threw' },
      { plugin: 'p2', cause: 'unavailable' },
    ],
  });
});

t.test('objections are kept apart by event, and forgotten together', async (t) => {
  const objections = new Objections();
  t.notOk(objections.any);
  t.match(objections.add(3, fault(0, 'continue')), { action: 'continue', admittedWithout: ['p0'] });
  t.match(objections.add(4, rejected(0)), { action: 'reject' });
  t.match(objections.add(3, fault(1, 'defer')), { action: 'defer', faults: [{ plugin: 'p0' }, { plugin: 'p1' }] });
  t.ok(objections.any);
  objections.clear();
  t.notOk(objections.any);
  t.match(objections.add(3, fault(2, 'continue')), { admittedWithout: ['p2'] });
});
