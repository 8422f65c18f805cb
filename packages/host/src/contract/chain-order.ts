// The ways to ask the plugins of a chain.

/**
 * - `sequential`: one plugin after the other; a later one does not see what an earlier one objected to.
 * - `parallel`: all at once, which takes as long as the slowest.
 */
export const chainOrders = ['sequential', 'parallel'] as const;

export type ChainOrder = (typeof chainOrders)[number];
