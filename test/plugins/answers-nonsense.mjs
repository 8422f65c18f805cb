// Answers what is neither Continue nor Reject(reason): the deed says what.

import { Reject } from '@gatehouse/plugin-api';
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
  function: () => ({ action: 'continue' }),
  promised: Promise.resolve('reject'),
};

export const deeds = {
  ...Object.fromEntries(Object.entries(shapes).map(([deed, shape]) => [deed, () => shape])),
  numbered: () => Reject(42),
};

export default whenAsked(deeds);
