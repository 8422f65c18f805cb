// The admin API: a fastify plugin (`adminApi`), or a handler for any other server (`adminHandler`).

export {
  ActiveConditions,
  type Condition,
  type ConditionName,
  conditionTable,
  type FoundCondition,
  sentenceWithoutName,
} from '../contract/conditions.js';
export type { Access } from './access.js';
export { type AdminOptions, adminApi } from './admin-api.js';
export { type AdminHandler, type AdminHandlerOptions, adminHandler } from './admin-handler.js';
export type { AdministeredHost } from './administered-host.js';
export type { HealthAnswer, PluginAnswer, Problem, RescanAnswer } from './answers.js';
export type { Authorize } from './authorize.js';
export { type ProblemCode, problemKinds } from './problem.js';
