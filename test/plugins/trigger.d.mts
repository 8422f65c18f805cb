// What tests use of trigger.mjs.

/** The deed of a plugin that knows only one. */
export const misbehave: 'misbehave';

/** The id of the channel that names a deed. */
export function channelOf(deed: string): Uint8Array;
