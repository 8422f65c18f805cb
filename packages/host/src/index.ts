// Everything that a server imports to host plugins.

export { createHost } from './create-host.js';
export type { Decision, Fault, FaultCause } from './decision.js';
export { type ErrorCode, errorCodes, GatehouseError } from './errors.js';
export { didYouMean } from './folders/did-you-mean.js';
export type { Grant, Grants } from './grants.js';
export type { Host, HostHooks, HostOptions } from './host.js';
export type { FaultPolicy, PolicyByCause, PolicyWish } from './policy.js';
export { endProcess } from './process-end.js';
export type { Permissions } from './session/permissions.js';
export type { PluginCounters, PluginState, PluginStatus, StateChange } from './status.js';
export type { Isolation } from './supervisor/isolation.js';
