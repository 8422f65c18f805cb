// What a host needs of tables of hooks: the kit that makes one, and the messenger's.

export * from './hook-set.js';
export * from './messenger.js';
