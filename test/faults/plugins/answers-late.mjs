// Answers after its deadline, and then with a refusal that must not meet another message.

import { setTimeout as pause } from 'node:timers/promises';
import { Reject } from '@gatehouse/plugin-api';
import { atGate } from './trigger.mjs';

export default atGate(async () => {
  await pause(120);
  return Reject('late');
});
