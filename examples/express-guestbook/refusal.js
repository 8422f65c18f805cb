// Puts what plugins decide into HTTP's terms.

/** @typedef {{ readonly status: number, readonly retryAfterS?: number, readonly problem: object }} Refusal */

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
    const { plugin } = decision;
    if (decision.action === 'reject') return { status: 403, problem: { refused: decision.reason, plugin } };
    // Nobody refused it: the plugin said "not now", or could not say, and the client may try again.
    const retryAfterS = Math.ceil((decision.retryAfterMs ?? 1000) / 1000);
    const refused = decision.cause === 'deferred' ? decision.reason : `could not say: ${decision.cause}`;
    return { status: 503, retryAfterS, problem: { refused, plugin } };
  } catch (error) {
    // A client sent what does not fit into the table of hooks: no plugin is asked, and nothing is let through.
    if (error instanceof Error && 'code' in error && error.code === 'EVENT_INVALID')
      return { status: 422, problem: { refused: error.message } };
    throw error;
  }
}
