// The hooks of the mail server: the one table that the server and its plugins import.

import { defineHooks, gate, list, observer, record, text, u32 } from '@gatehouse/plugin-api';

/** Longest address: 64 characters, an @, and 255 more (RFC 5321). */
const address = text(320);
const recipient = record({ client: text(64), helo: text(255), from: address, to: address });
const mailWith = record({ id: text(64), from: address, to: list(address, 100), subject: text(998), size: u32 });

/** What a Reject says besides its reason: the code of the reply. */
const reply = record({ code: u32 });

export const mail = defineHooks('mail', 1, {
  onRecipient: gate(recipient, { by: 'from', log: ['from', 'to'], reject: reply }),
  onMail: gate(mailWith, { by: 'from', log: ['id', 'from'] }),
  onAccepted: observer(mailWith, { by: 'from' }),
});
