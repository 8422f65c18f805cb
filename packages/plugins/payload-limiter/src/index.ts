// Refuses messages whose payload is too large.

import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

/** As defined by the schema in package.json. */
export interface Config {
  /** Length of the largest payload that passes, in bytes. */
  readonly maxBytes: number;
}

export default definePlugin<Config>({
  onMessageEnqueue({ payloadLen }, { config: { maxBytes } }) {
    if (payloadLen <= maxBytes) return Continue;
    return Reject(`payload too large: ${payloadLen} > ${maxBytes} bytes`);
  },
});
