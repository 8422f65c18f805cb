// Leaves a rejection that nobody handles.

import { besidesAnswering } from './trigger.mjs';

export default besidesAnswering(() => {
  Promise.reject(new Error('nobody listens'));
});
