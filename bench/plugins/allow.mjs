// A gate plugin as cheap as one that does something can be: it looks at one field.

import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

const maxBytes = 65_536;

export default definePlugin({
  onMessageEnqueue: (event) => (event.payloadLen > maxBytes ? Reject('payload too large') : Continue),
});
