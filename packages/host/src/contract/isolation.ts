// The tiers that a plugin can live in, from the weakest wall to the strongest.

/**
 * - `thread`: a thread with an empty environment and a heap limit.
 * - `hardened-thread`: the same, and what was not granted is refused.
 * - `process`: a process of its own, in which what was not granted is refused as well, and whose memory is bounded.
 */
export const isolations = ['thread', 'hardened-thread', 'process'] as const;

export type Isolation = (typeof isolations)[number];
