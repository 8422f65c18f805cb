// Everything that a test, the tour or another program imports to run the messaging server.

export type { Arrival } from './admission.js';
export { createOpaqueSetup } from './auth/opaque.js';
export { registrationMessage } from './auth/possession.js';
export { type ClientApiOptions, type ClientApiSettings, createClientApi } from './client-api.js';
export { backupDataFolder } from './folder/backup.js';
export type { Gate, GateDecision, Hooks, Observers } from './hooks.js';
export { createLogger } from './log.js';
export { type ProblemCode, type ProblemDocument, problemCodes } from './problems.js';
export { Readiness } from './readiness.js';
export { createServer, type Server, type ServerOptions } from './server.js';
export { variableOf } from './settings/names.js';
export { readSettings, SettingsError } from './settings/read-settings.js';
export { defaultSettings, type Settings, settingTable } from './settings.js';
export { type RunningServer, startServer } from './start.js';
export { openLmdbStore } from './store/lmdb-store.js';
export type * from './store/store.js';
