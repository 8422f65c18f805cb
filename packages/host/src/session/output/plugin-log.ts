// The log that a plugin writes to: each line becomes a record that is posted to the supervisor.

import { inspect } from 'node:util';
import type { PluginLog } from '@gatehouse/plugin-api';
import type { LogLevel, LogRecord } from '../../contract/session-contract.js';
import { tellInOurWords } from '../hardening/refusals.js';
import type { OutputCredit } from './output-credit.js';

/** The longest text that crosses, in a message or in one field, in UTF-16 units. */
const textMax = 8192;

/**
 * A log whose records go to `post`, as far as there is credit. What cannot cross threads is turned into text, what is
 * too long is cut. It never throws.
 */
export function createPluginLog(post: (record: LogRecord) => void, credit: Pick<OutputCredit, 'allows'>): PluginLog {
  const at = (level: LogLevel) => (first: unknown, second?: string) => {
    const hasFields = typeof first === 'object' && first !== null;
    const message = cut(hasFields ? textOf(second ?? '') : textOf(first));
    if (!credit.allows(message.length)) return;
    const fields = hasFields ? crossable(first) : {};
    try {
      post({ level, fields, message });
    } catch {
      post({ level, fields: mapFields(fields, cloneOrText), message });
    }
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const unreadable = 'cannot be read';

function crossable(fields: object): Record<string, unknown> {
  try {
    if (fields instanceof Error) return { err: errorAsData(fields) };
    return mapFields(fields, crossableValue);
  } catch {
    return { fields: unreadable };
  }
}

/** The fields with `turn` applied to each value; one whose getter throws says that it cannot be read. */
function mapFields(fields: object, turn: (value: unknown) => unknown): Record<string, unknown> {
  const read = (name: string) => {
    try {
      return turn((fields as Readonly<Record<string, unknown>>)[name]);
    } catch {
      return unreadable;
    }
  };
  return Object.fromEntries(Object.keys(fields).map((name) => [name, read(name)]));
}

/** Errors lose their class and code when cloned, and bytes read badly in a log. */
function crossableValue(value: unknown): unknown {
  if (value instanceof Error) return errorAsData(value);
  if (value instanceof Uint8Array) return cut(Buffer.from(value.subarray(0, textMax)).toString('hex'));
  if (typeof value === 'string') return cut(value);
  return typeof value === 'bigint' ? value.toString() : value;
}

function errorAsData(error: Error & { code?: unknown }): Record<string, unknown> {
  tellInOurWords(error);
  const { name, message, stack, code } = error;
  return { type: name, message, stack, ...(typeof code === 'string' ? { code } : {}) };
}

const cut = (text: string) => (text.length > textMax ? `${text.slice(0, textMax)} … cut` : text);

function cloneOrText(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return inspect(value);
  }
}

/** The value as text; of one that has none, its kind. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `[${typeof value}]`;
  }
}
