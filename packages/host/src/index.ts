// Everything that a server imports to host plugins.

export type { WaitMode } from './channel/index.js';
export type { ChainOrder } from './contract/chain-order.js';
export type { Condition, ConditionName, HealthStatus, Severity } from './contract/conditions.js';
export type { Decision } from './contract/decision.js';
export { type ErrorCode, errorCodes, GatehouseError } from './contract/errors.js';
export type { Fault, FaultCause } from './contract/fault.js';
export type {
  FaultEvent,
  FaultReport,
  GapEvent,
  HostEvent,
  HostEventType,
  PluginStateEvent,
  SupervisorStateEvent,
} from './contract/host-event.js';
export type { HostLogger, LogMethod } from './contract/host-log.js';
export type { Isolation } from './contract/isolation.js';
export type { Permissions } from './contract/permissions.js';
export type { FaultPolicy, PolicyByCause, PolicyWish } from './contract/policy.js';
export type { GateStats, HookStats, HostStats, ObserverStats, PluginStats } from './contract/stats.js';
export type {
  PluginCounters,
  PluginState,
  PluginStatus,
  Rescan,
  RescanChange,
  SpareThreadState,
  StateChange,
  SupervisorState,
  SupervisorStatus,
} from './contract/status.js';
export { createHost } from './create-host.js';
export type { Host, HostHooks, HostOf } from './host.js';
export type { AskOptions } from './options/ask-options.js';
export type { EventOptions } from './options/event-options.js';
export { type HostOptions, type HostOptionsOf, hostOptionRows } from './options/host-options.js';
export type { MapKind, NumberKind, OptionKind, ValueOf, WaitKind } from './options/kinds.js';
export type { OptionGroup, OptionRow, RowWithDefault } from './options/rows.js';
export { type OverruledChoices, overruledChoices } from './plugins/choices.js';
export type { Grant, Grants } from './plugins/grants.js';
export type { FaultMessage, GateMessage, StateMessage } from './reports/diagnostics.js';
