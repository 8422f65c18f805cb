// Answers twice, and differently.

import { Continue, Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

const twice = {
  // biome-ignore lint/suspicious/noThenProperty: this is the fault
  then(resolve) {
    resolve(Reject('first'));
    resolve(Continue);
  },
};

export default whenAsked(() => twice);
