// Leaves a rejection that nobody handles.

import { behind } from './trigger.mjs';

export default behind(() => {
  Promise.reject(new Error('nobody listens'));
});
