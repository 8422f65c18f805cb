// The tiers that every fault is run against, each a column of the table for every version of Node.

export const tiers = ['thread', 'hardened-thread', 'process'];
