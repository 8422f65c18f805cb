// A gate: who writes to a recipient for the first time is told to come again, which senders of spam seldom do.

import { Continue, Defer } from '@gatehouse/plugin-api';
import { mail } from 'mail-hooks';

/** @typedef {{ readonly delayMs: number }} Config as the schema in package.json defines it */

/** The oldest are forgotten, and asked to come again. */
const rememberedMax = 100_000;

/**
 * When somebody came for the first time, by client, sender and recipient.
 *
 * @type {Map<string, number>}
 */
const firstSeen = new Map();

export default mail.definePlugin({
  onRecipient({ client, from, to }, { config }) {
    const { delayMs } = /** @type {Config} */ (config);
    const key = JSON.stringify([client, from, to]);
    const seen = firstSeen.get(key);
    const left = seen === undefined ? delayMs : seen + delayMs - Date.now();
    if (seen !== undefined && left <= 0) return Continue;
    if (seen === undefined) remember(key);
    return Defer('greylisted, come again later', { retryAfterMs: left });
  },
});

/** @param {string} key */
function remember(key) {
  const [oldest] = firstSeen.keys();
  if (firstSeen.size >= rememberedMax && oldest !== undefined) firstSeen.delete(oldest);
  firstSeen.set(key, Date.now());
}
