// Puts what plugins decide into the chat's terms.

/** Close codes of a WebSocket (RFC 6455, section 7.4, and its registry): "policy violation" and "try again later". */
const policyViolation = 1008;
const tryAgainLater = 1013;

/** @typedef {{ readonly refused: string, readonly closeCode: number }} Refusal */

/**
 * Returns why something does not happen, or undefined if it may.
 *
 * @param {() => import('@gatehouse/host').Decision} ask
 * @returns {Refusal | undefined}
 */
export function refusalOf(ask) {
  try {
    const decision = ask();
    if (decision.action === 'continue') return undefined;
    if (decision.action === 'reject') return { refused: decision.reason, closeCode: policyViolation };
    // Nobody refused it: the plugin said "not now", or could not say, and the client may try again.
    if (decision.cause === 'deferred') return { refused: decision.reason || 'not now', closeCode: tryAgainLater };
    return { refused: `${decision.plugin} could not say: ${decision.cause}`, closeCode: tryAgainLater };
  } catch (error) {
    // A client sent what is too long for the table of hooks: no plugin is asked, and nothing is let through.
    if (error instanceof Error && 'code' in error && error.code === 'EVENT_INVALID')
      return { refused: error.message, closeCode: policyViolation };
    throw error;
  }
}
