// Everything that a server imports to host plugins.

export { createHost } from './create-host.js';
export type { Decision, Fault, FaultCause } from './decision.js';
export { type ErrorCode, errorCodes, GatehouseError } from './errors.js';
export { didYouMean } from './folders/did-you-mean.js';
export { replaceFile, syncFolder } from './folders/replace-file.js';
export { complaintsOfGrants, type Grant, type Grants } from './grants.js';
export type { Host, HostHooks, HostOptions } from './host.js';
export { complaintsOfPolicies, type FaultPolicy, type PolicyByCause, type PolicyWish } from './policy.js';
export { endProcess } from './process-end.js';
export type { Permissions } from './session/permissions.js';
export type { PluginCounters, PluginState, PluginStatus, StateChange } from './status.js';
export { type Isolation, isolations } from './supervisor/isolation.js';
