// The trial of a plugin that an operator has released from quarantine.

/** How long one crash is enough to quarantine it again, in ms. It goes on after the supervisor's end. */
export const trialMs = 60_000;
