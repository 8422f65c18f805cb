// Answers what is neither Continue nor Reject(reason): its configuration says what.

import { atGate } from './trigger.mjs';

const shapes = {
  nothing: undefined,
  text: 'continue',
  number: 1,
  action: { action: 'allow' },
  reasonless: { action: 'reject' },
  reason: { action: 'reject', reason: { text: 'no' } },
};

export default atGate(({ config }) => shapes[config.shape]);
