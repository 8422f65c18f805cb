// Matches a pattern that takes longer than anybody lives.

import { Continue, definePlugin } from '@gatehouse/plugin-api';
import { deedOf, misbehave } from './trigger.mjs';

function matches() {
  return /^(a+)+$/.test(`${'a'.repeat(60)}b`);
}

export default definePlugin({ onMessageEnqueue: (event) => (deedOf(event) === misbehave ? matches() : Continue) });
