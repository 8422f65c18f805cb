// Everything that tests, the tour and other programs import to run the messaging server.

export { createOpaqueSetup } from './accounts/opaque.js';
export { registrationMessage } from './accounts/possession.js';
export { type ClientApiOptions, type ClientApiSettings, createClientApi } from './client-api/client-api.js';
export { variableOf } from './config/names.js';
export { readSettings, SettingsError } from './config/read-settings.js';
export { defaultSettings, type Settings, settingTable } from './config/settings.js';
export { backupDataFolder } from './data-folder/backup.js';
export { Readiness } from './http/readiness.js';
export { createLogger, type ServerLog } from './log/log.js';
export type { Arrival } from './messages/arrival.js';
export type { Gate, GateDecision, Hooks, Observers } from './messages/plugin-host.js';
export { createServer, type Server, type ServerOptions } from './server.js';
export { type RunningServer, startServer } from './start.js';
export { openLmdbStore } from './store/lmdb/lmdb-store.js';
export type * from './store/store.js';
export { type ProblemCode, type ProblemDocument, problemCodes } from './wire/problems.js';
