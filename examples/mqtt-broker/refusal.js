// Puts what plugins decide into MQTT's terms.

/** Return codes of a CONNACK (MQTT 3.1.1, section 3.2.2.3). */
const serverUnavailable = 3;
const notAuthorized = 5;

/** Closes the connection of the client that it is handed to, or is the return code of its CONNACK. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {number} returnCode
   */
  constructor(message, returnCode) {
    super(message);
    this.returnCode = returnCode;
  }
}

/**
 * Returns why the event does not go on, or undefined if it does.
 *
 * @param {() => import('@gatehouse/host').Decision<{ readonly returnCode: number } | undefined>} ask
 */
export function refusalOf(ask) {
  try {
    const decision = ask();
    if (decision.action === 'continue') return undefined;
    if (decision.action === 'reject')
      return new Refusal(`${decision.plugin}: ${decision.reason}`, decision.data?.returnCode ?? notAuthorized);
    if (decision.cause === 'deferred') return new Refusal(`${decision.plugin}: not now`, serverUnavailable);
    // Nobody refused it: the plugin could not say, and the client may try again.
    return new Refusal(`${decision.plugin} could not say: ${decision.cause}`, serverUnavailable);
  } catch (error) {
    // A client sent what is too long for the table of hooks: no plugin is asked, and nothing is let through.
    if (error instanceof Error && 'code' in error && error.code === 'EVENT_INVALID')
      return new Refusal(error.message, notAuthorized);
    throw error;
  }
}
