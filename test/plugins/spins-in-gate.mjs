// Spins for ever when it is asked.

import { Continue, definePlugin } from '@gatehouse/plugin-api';
import { deedOf, misbehave } from './trigger.mjs';

function spins() {
  let _turns = 0;
  for (;;) _turns += 1;
}

export default definePlugin({ onMessageEnqueue: (event) => (deedOf(event) === misbehave ? spins() : Continue) });
