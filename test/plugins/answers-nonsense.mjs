// Answers what is neither Continue nor Reject(reason) nor Defer(reason): the deed says what.

import { Defer, Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

const shapes = {
  nothing: undefined,
  null: null,
  true: true,
  text: 'continue',
  number: 42,
  bigint: 10n ** 30n,
  symbol: Symbol('continue'),
  list: [],
  object: {},
  action: { action: 'allow' },
  capital: { action: 'Reject', reason: 'no' },
  reasonless: { action: 'reject' },
  reason: { action: 'reject', reason: { text: 'no' } },
  timeless: { action: 'defer', reason: '', retryAfterMs: 'soon' },
  endless: { action: 'defer', reason: '', retryAfterMs: Number.POSITIVE_INFINITY },
  halved: { action: 'defer', reason: '', retryAfterMs: 0.5 },
  wordless: { action: 'defer' },
  loaded: { action: 'reject', reason: 'no', data: { code: 1 } },
  function: () => ({ action: 'continue' }),
  promised: Promise.resolve('reject'),
};

export const deeds = {
  ...Object.fromEntries(Object.entries(shapes).map(([deed, shape]) => [deed, () => shape])),
  numbered: () => Reject(42),
  deferred: () => Defer(42),
  past: () => Defer('', { retryAfterMs: -1 }),
};

export default whenAsked(deeds);
