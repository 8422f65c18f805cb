// The log of a plugin: each line becomes a record that is posted to the supervisor.

import type { PluginLog } from '@gatehouse/plugin-api';
import type { LogLevel, LogRecord } from '../../contract/session-contract.js';
import type { OutputCredit } from './output-credit.js';
import { cut, plainFields } from './plain-data.js';

/**
 * Creates a log whose records go to `post`, as far as there is credit for their whole size. Values that cannot cross
 * threads become text, and long ones are cut. The log never throws.
 */
export function createPluginLog(post: (record: LogRecord) => void, credit: Pick<OutputCredit, 'allows'>): PluginLog {
  const at = (level: LogLevel) => (first: unknown, second?: string) => {
    try {
      const { size, ...record } = recordOf(level, first, second);
      if (credit.allows(size)) post(record);
    } catch {
      // A plugin that broke the built-ins of its log gets no log.
    }
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function recordOf(level: LogLevel, first: unknown, second: unknown): LogRecord & { readonly size: number } {
  const hasFields = typeof first === 'object' && first !== null;
  const message = cut(hasFields ? textOf(second ?? '') : textOf(first));
  const { fields, size } = hasFields ? plainFields(first) : { fields: {}, size: 0 };
  return { level, fields, message, size: size + message.length };
}

/** Returns the value as text, or its type if that fails. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `[${typeof value}]`;
  }
}
