// The log that a plugin writes to: each line becomes a record that is posted to the supervisor.

import type { PluginLog } from '@gatehouse/plugin-api';
import type { LogLevel, LogRecord } from './session-start.js';

/** A log whose records go to `post`. Fields that cannot cross threads are turned into text. */
export function createPluginLog(post: (record: LogRecord) => void): PluginLog {
  const at = (level: LogLevel) => (first: unknown, second?: string) => {
    const record =
      typeof first === 'object' && first !== null
        ? { level, fields: crossable(first), message: second ?? '' }
        : { level, fields: {}, message: String(first) };
    try {
      post(record);
    } catch {
      post({ ...record, fields: asText(record.fields) });
    }
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function crossable(fields: object): Record<string, unknown> {
  if (fields instanceof Error) return { err: errorAsData(fields) };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, crossableValue(value)]));
}

/** Errors lose their class and code when cloned, and bytes read badly in a log. */
function crossableValue(value: unknown): unknown {
  if (value instanceof Error) return errorAsData(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'bigint' ? value.toString() : value;
}

export function errorAsData(error: Error & { code?: unknown }): Record<string, unknown> {
  const { name, message, stack, code } = error;
  return { type: name, message, stack, ...(typeof code === 'string' ? { code } : {}) };
}

function asText(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
