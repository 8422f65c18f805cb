// Everything that the author of a plugin imports.

export { Continue, type ContinueAction, type HookAction, Reject, type RejectAction } from './actions.js';
export type { Bytes, ChannelId, IdentityKey } from './bytes.js';
export { composeHooks, noopHooks, type ServerHooks } from './compose.js';
export type {
  AuthEvent,
  ChannelEvent,
  EventOf,
  FetchEvent,
  HookKind,
  HookName,
  MessageEvent,
  UserRegisteredEvent,
} from './hooks.js';
export { apiVersion, definePlugin, type Handlers, type Plugin, type PluginContext, type PluginLog } from './plugin.js';
