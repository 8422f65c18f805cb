// The tiers that every fault is run against, each a column of the table for every version of Node.

export const tiers = ['thread', 'hardened-thread', 'process'];

/**
 * A hardened thread that was the spare one: the faulty plugin has crashed once. No column of the table, since it has to be
 * as a hardened thread is, and only where plugins share a spare thread; run when it is named.
 */
export const spareThread = 'spare-thread';
