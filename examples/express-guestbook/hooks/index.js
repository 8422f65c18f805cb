// The hooks of the guestbook: the one table that the app and its plugins import.

import { defineHooks, f64, gate, observer, record, text, u32 } from '@gatehouse/plugin-api';

const entry = record({ author: text(64), words: text(2000), address: text(64) });
const answer = record({ method: text(16), path: text(1024), status: u32, ms: f64, address: text(64) });

export const guestbook = defineHooks('guestbook', 1, {
  onEntry: gate(entry, { by: 'author', log: ['author', 'address'] }),
  onAnswer: observer(answer, { by: 'address' }),
});
