// Tables of hooks for a host: the kit that makes one, and the messenger's.

export * from './hook-set.js';
export * from './hook-table.js';
export {
  type AuthEvent,
  type EventOf,
  type FetchEvent,
  type HookName,
  hookNames,
  hooks,
  isHookName,
  type MessageEvent,
  messengerHooks,
} from './messenger.js';
