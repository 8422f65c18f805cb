// Answers with a promise that never settles.

import { Continue, definePlugin } from '@gatehouse/plugin-api';
import { deedOf, misbehave } from './trigger.mjs';

const never = new Promise(() => {});

export default definePlugin({ onMessageEnqueue: (event) => (deedOf(event) === misbehave ? never : Continue) });
