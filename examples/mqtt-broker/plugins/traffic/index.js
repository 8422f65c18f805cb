// An observer: counts the messages and bytes of each client, and logs them now and then.

import { broker } from 'broker-hooks';

/** @typedef {{ readonly every: number }} Config as the schema in package.json defines it */

/** @type {Map<string, { messages: number, bytes: number }>} */
const counts = new Map();

export default broker.definePlugin({
  onPublished({ client, size }, { config, log }) {
    const { messages, bytes } = counts.get(client) ?? { messages: 0, bytes: 0 };
    const count = { messages: messages + 1, bytes: bytes + size };
    counts.set(client, count);
    const { every } = /** @type {Config} */ (config);
    if (count.messages % every === 0) log.info({ client, ...count }, 'traffic');
  },
});
