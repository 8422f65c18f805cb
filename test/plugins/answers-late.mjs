// Answers after its deadline, and then with a refusal that must not meet another message.

import { setTimeout as pause } from 'node:timers/promises';
import { Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

export default whenAsked(async () => {
  await pause(120);
  return Reject('late');
});
