// The ways in which a plugin can give no verdict.

/** The reasons why a plugin gave no verdict. */
export const faultCauses = ['threw', 'bad-verdict', 'timed-out', 'crashed', 'unavailable'] as const;

export type FaultCause = (typeof faultCauses)[number];

/** One plugin that gave no verdict on an event. */
export interface Fault {
  readonly plugin: string;
  readonly cause: FaultCause;
}
