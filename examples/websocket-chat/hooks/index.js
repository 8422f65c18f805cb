// The hooks of the chat: the one table that the server and its plugins import.

import { defineHooks, gate, observer, record, text } from '@gatehouse/plugin-api';

const visit = record({ room: text(64), user: text(64), address: text(64) });
const line = record({ room: text(64), user: text(64), words: text(2000) });

export const chat = defineHooks('chat', 1, {
  onJoin: gate(visit, { by: 'room', log: ['room', 'user', 'address'] }),
  onSay: gate(line, { by: 'room', log: ['room', 'user'] }),
  onSaid: observer(line, { by: 'room' }),
});
