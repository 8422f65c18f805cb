// What a fault counts as: who is heard first, and what is refused as a policy.

import type { FaultCause, FaultPolicy, PolicyWish } from '@gatehouse/host';
import { faultCauses } from '@gatehouse/host/internal/contract/fault';
import { complaintsOfPolicy, faultPolicies, policiesOf, policyOf } from '@gatehouse/host/internal/contract/policy';
import fc from 'fast-check';
import t from 'tap';

const policy = fc.constantFrom<FaultPolicy>(...faultPolicies);
const cause = fc.constantFrom<FaultCause>(...faultCauses);
const byCause = fc.dictionary(fc.constantFrom<FaultCause | 'default'>(...faultCauses, 'default'), policy);
const wish: fc.Arbitrary<PolicyWish> = fc.oneof(policy, byCause);
const perhaps = fc.option(wish, { nil: undefined });

/** What a wish says of a cause, told in the plainest way. */
function says(wish: PolicyWish | undefined, cause: FaultCause): FaultPolicy | undefined {
  if (wish === undefined || typeof wish === 'string') return wish;
  return cause in wish ? wish[cause] : wish.default;
}

t.test('the operator is heard first, then the manifest, and where neither says anything it is deferred', async () => {
  fc.assert(
    fc.property(cause, perhaps, perhaps, (cause, operator, manifest) => {
      return policyOf(cause, operator, manifest) === (says(operator, cause) ?? says(manifest, cause) ?? 'defer');
    }),
  );
});

t.test('without a word of anybody every fault defers', async (t) => {
  for (const cause of faultCauses) t.equal(policyOf(cause), 'defer');
});

t.test('an operator who names every cause, or all at once, leaves nothing to the manifest', async () => {
  fc.assert(
    fc.property(cause, policy, perhaps, (cause, policy, manifest) => policyOf(cause, policy, manifest) === policy),
  );
  fc.assert(
    fc.property(cause, policy, perhaps, (cause, policy, manifest) => {
      return policyOf(cause, { default: policy }, manifest) === policy;
    }),
  );
});

t.test('the policies of all causes are those of each', async () => {
  fc.assert(
    fc.property(perhaps, perhaps, (operator, manifest) => {
      const all = policiesOf(operator, manifest);
      return faultCauses.every((cause) => all[cause] === policyOf(cause, operator, manifest));
    }),
  );
});

t.test('what is a policy is taken, anything else is not', async () => {
  fc.assert(fc.property(wish, (wish) => complaintsOfPolicy(wish, 'p').length === 0));
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const complaints = complaintsOfPolicy(value, 'p');
      const isEmptyObject = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
      return complaints.every((complaint) => complaint.startsWith('p')) && (complaints.length > 0 || isEmptyObject);
    }),
  );
});

const wrong: readonly (readonly [value: unknown, complaints: readonly string[]])[] = [
  ['open', ["p: expected continue, reject, defer or an object of these by cause, got 'open'"]],
  [7, ['p: expected continue, reject, defer or an object of these by cause, got 7']],
  [null, ['p: expected continue, reject, defer or an object of these by cause, got null']],
  [{ crashed: 'allow' }, ["p.crashed: expected one of continue, reject, defer, got 'allow'"]],
  [
    { timedout: 'reject', crashed: 1 },
    [
      'p.timedout: unknown key, did you mean "timed-out"? ' +
        '(known: threw, bad-verdict, timed-out, crashed, unavailable, default)',
      'p.crashed: expected one of continue, reject, defer, got 1',
    ],
  ],
];

for (const [value, complaints] of wrong) {
  t.test(`${JSON.stringify(value)} is refused by its key, with what was expected`, async (t) => {
    t.same(complaintsOfPolicy(value, 'p'), complaints);
  });
}
