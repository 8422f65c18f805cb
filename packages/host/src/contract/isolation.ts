// The tiers that a plugin can run in, from the weakest isolation to the strongest.

/**
 * - `thread`: a thread with an empty environment and a heap limit.
 * - `hardened-thread`: the same, and permissions that were not granted are refused.
 * - `process`: a process of its own with bounded memory, in which permissions that were not granted are refused too.
 */
export const isolations = ['thread', 'hardened-thread', 'process'] as const;

export type Isolation = (typeof isolations)[number];
