// The answer that the sender of a message gets, once the store says what became of it.

import { invariant } from '@gatehouse/support/invariant';
import type { Outcome } from '../store/store.js';
import { Problem } from '../wire/problems.js';
import { eventOf, type Pending } from './arrival.js';
import type { GateDecision } from './plugin-host.js';
import { keyReused } from './retries.js';

/** Seconds after which a client may retry when the gate was undecided. */
const retryAfter = 1;

/** Seconds after which some of the retries of a sender may be forgotten. */
const retriesAfter = 600;

/** The reason given to a client whose message counts as refused although no plugin refused it. */
const undecided = 'a plugin could not decide';

/** `decision` is that of the gate; undefined if it was not asked about this message. */
export function answer(pending: Pending, outcome: Outcome, decision: GateDecision | undefined): void {
  switch (outcome.outcome) {
    case 'stored':
      invariant(decision?.action === 'continue', 'only what the gate lets in is stored');
      pending.resolve(eventOf(pending.arrival, outcome.seq));
      break;
    case 'repeated':
      pending.repeat(outcome.seq);
      break;
    case 'key-reused':
      pending.reject(keyReused());
      break;
    case 'full':
      pending.reject(new Problem('MAILBOX_FULL'));
      break;
    case 'recipient-full':
      pending.reject(new Problem('RECIPIENT_FULL'));
      break;
    case 'too-many-retries':
      pending.reject(new Problem('TOO_MANY_RETRIES', { retryAfter: retriesAfter }));
      break;
    case 'refused':
      invariant(decision !== undefined && decision.action !== 'continue', 'only what the gate keeps out is refused');
      pending.reject(refusal(decision));
  }
}

/** A plugin's own Defer has its reason; any other names the plugin, which clients must not see. */
function deferral({
  cause,
  reason = '',
  truncated = false,
  retryAfterMs,
}: Extract<GateDecision, { readonly action: 'defer' }>): Problem {
  const seconds = retryAfterMs === undefined ? retryAfter : Math.max(1, Math.ceil(retryAfterMs / 1_000));
  if (cause === 'overload') return new Problem('OVERLOADED', { retryAfter: seconds });
  if (cause !== 'deferred') return new Problem('HOOK_UNAVAILABLE', { retryAfter: seconds });
  const words = reason === '' ? {} : { detail: reason, members: { reason, ...(truncated && { truncated }) } };
  return new Problem('DEFERRED_BY_HOOK', { retryAfter: seconds, ...words });
}

function refusal(decision: Exclude<GateDecision, { readonly action: 'continue' }>): Problem {
  if (decision.action === 'defer') return deferral(decision);
  const { reason, truncated = false, cause } = decision;
  // A refusal by policy has a reason that names the plugin, which clients must not see.
  if (cause !== undefined) {
    return new Problem('REJECTED_BY_HOOK', { detail: undecided, members: { reason: undecided, cause } });
  }
  return new Problem('REJECTED_BY_HOOK', { detail: reason, members: { reason, ...(truncated && { truncated }) } });
}
