// The log lines of changes that operators make: who changed what, and what became of it.

import type { FastifyRequest } from 'fastify';
import type { PluginAnswer } from './answers.js';
import { operatorOf } from './operator.js';

/** Makes a change of a plugin, and logs it with the operator's name, whether it succeeds or not. */
export async function logged(
  request: FastifyRequest,
  plugin: string,
  change: 'enable' | 'disable',
  make: (plugin: string) => Promise<PluginAnswer>,
): Promise<PluginAnswer> {
  const by = operatorOf(request);
  try {
    const answer = await make(plugin);
    request.log.info({ by, plugin, outcome: answer.state }, `an operator ${change}d a plugin`);
    return answer;
  } catch (error) {
    request.log.info({ by, plugin, outcome: codeOf(error) }, `an operator could not ${change} a plugin`);
    throw error;
  }
}

export function logRescan(request: FastifyRequest, changed: number): void {
  request.log.info({ by: operatorOf(request), changed }, 'an operator had the plugin folders scanned');
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'INTERNAL';
}
