// Puts what plugins decide into SMTP's terms.

/** Replies (RFC 5321, section 4.2): a client tries again after the first, and gives up after the second. */
const tryAgainLater = 451;
const refused = 550;

/** Becomes the reply to the command that it is handed to. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {number} responseCode
   */
  constructor(message, responseCode) {
    super(message);
    this.responseCode = responseCode;
  }
}

/**
 * Returns why the mail is not taken, or undefined if it is.
 *
 * @param {() => import('@gatehouse/host').Decision<{ readonly code: number } | undefined>} ask
 */
export function refusalOf(ask) {
  try {
    const decision = ask();
    if (decision.action === 'continue') return undefined;
    if (decision.action === 'reject') return new Refusal(decision.reason, codeOf(decision.data?.code));
    // Nobody refused it: the plugin said "not now", or could not say. Mail servers try again by themselves.
    if (decision.cause === 'deferred') return new Refusal(decision.reason || 'not now', tryAgainLater);
    return new Refusal(`${decision.plugin} could not say: ${decision.cause}`, tryAgainLater);
  } catch (error) {
    // A client sent what is too long for the table of hooks: no plugin is asked, and nothing is taken.
    if (error instanceof Error && 'code' in error && error.code === 'EVENT_INVALID')
      return new Refusal(error.message, refused);
    throw error;
  }
}

/**
 * Returns the code that a plugin chose if it is one that refuses, else the usual one.
 *
 * @param {number} [code]
 */
function codeOf(code = refused) {
  return code >= 500 && code <= 599 ? code : refused;
}
