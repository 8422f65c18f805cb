// Everything that a server imports to host plugins.

export { createHost } from './create-host.js';
export type { Decision, Fault, FaultCause } from './decision.js';
export { type ErrorCode, errorCodes, GatehouseError } from './errors.js';
export type { Host, HostHooks, HostOptions } from './host.js';
export type { FaultPolicy, PolicyByCause, PolicyWish } from './policy.js';
export type { PluginCounters, PluginState, PluginStatus, StateChange } from './status.js';
