// The hooks of the broker: the one table that the broker and its plugins import.

import { defineHooks, flag, gate, observer, optional, record, text, u8, u32 } from '@gatehouse/plugin-api';

const connection = record({ client: text(64), user: optional(text(64)), address: text(64) });
const subscription = record({ client: text(64), filter: text(512), qos: u8 });
const message = record({ client: text(64), topic: text(512), qos: u8, retain: flag, size: u32 });

/** What a Reject of a connection says besides its reason: the return code of the CONNACK. */
const answer = record({ returnCode: u8 });

export const broker = defineHooks('broker', 1, {
  onConnect: gate(connection, { by: 'client', log: ['client', 'address'], reject: answer }),
  onSubscribe: gate(subscription, { by: 'client', log: ['client', 'filter'] }),
  onPublish: gate(message, { by: 'client', log: ['client', 'topic'] }),
  onPublished: observer(message, { by: 'client' }),
});
