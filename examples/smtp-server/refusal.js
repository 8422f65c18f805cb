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
 * @param {() => import('@gatehouse/host').Decision} ask
 */
export function refusalOf(ask) {
  try {
    const decision = ask();
    if (decision.action === 'continue') return undefined;
    if (decision.action === 'reject') return new Refusal(decision.reason, refused);
    // Nobody refused it: the plugin could not say, and mail servers try again by themselves.
    return new Refusal(`${decision.plugin} could not say: ${decision.cause}`, tryAgainLater);
  } catch (error) {
    // A client sent what is too long for the table of hooks: no plugin is asked, and nothing is taken.
    if (error instanceof Error && 'code' in error && error.code === 'EVENT_INVALID')
      return new Refusal(error.message, refused);
    throw error;
  }
}
