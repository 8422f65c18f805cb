// Everything that a server imports to host plugins.

export type { ChainOrder } from './contract/chain-order.js';
export type { Decision } from './contract/decision.js';
export { type ErrorCode, errorCodes, GatehouseError } from './contract/errors.js';
export type { Fault, FaultCause } from './contract/fault.js';
export { type Isolation, isolations } from './contract/isolation.js';
export type { Permissions } from './contract/permissions.js';
export { complaintsOfPolicies, type FaultPolicy, type PolicyByCause, type PolicyWish } from './contract/policy.js';
export type { PluginCounters, PluginState, PluginStatus, StateChange } from './contract/status.js';
export { createHost } from './create-host.js';
export type { Host, HostHooks } from './host.js';
export type { HostOptions } from './options/host-options.js';
export { complaintsOfGrants, type Grant, type Grants } from './plugins/grants.js';
