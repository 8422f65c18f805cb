// Everything that the author of a plugin imports, and the kit that makes a table of hooks.

export {
  Continue,
  type ContinueAction,
  Defer,
  type DeferAction,
  type HookAction,
  Reject,
  type RejectAction,
  retryAfterMsMax,
} from './actions.js';
export type { Bytes, ChannelId, IdentityKey } from './bytes.js';
export {
  blob,
  bytes,
  type Codec,
  enumeration,
  f64,
  flag,
  i64,
  type JsonValue,
  json,
  list,
  map,
  optional,
  record,
  text,
  u8,
  u32,
  u64,
  uint,
  type ValueOf,
} from './codec/index.js';
export { composeHooks, noopHooks, type ServerHooks } from './compose.js';
export { defineHooks, type HookSet } from './hook-set.js';
export { gate, type HookKind, type HookRow, type HookTable, observer } from './hook-table.js';
export {
  type AuthEvent,
  type ChannelEvent,
  definePlugin,
  type EventOf,
  type FetchEvent,
  type Handlers,
  type HookName,
  type MessageEvent,
  messengerHooks,
  type Plugin,
  type UserRegisteredEvent,
} from './messenger.js';
export {
  apiVersion,
  type HandlersOf,
  type HookSetStamp,
  type PluginContext,
  type PluginLog,
  type PluginOf,
} from './plugin.js';
