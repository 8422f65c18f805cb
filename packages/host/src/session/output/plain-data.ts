// Turns a plugin's log fields into plain data of bounded size, in the plugin's thread, before anything is posted.
//
// The total size is bounded, and so is the work: parts that are not kept are not looked at. Omissions are marked at
// their place.

import { types } from 'node:util';
import { tellInOurWords } from '../hardening/refusals.js';

/** The longest text, in UTF-16 units, and the longest stack of an error. */
export const textMax = 8192;
const stackMax = 4096;
/** The most bytes of a buffer that are shown, each as two hexadecimal digits. */
const bytesMax = 1024;
/** The most members of an object, or items of an array, a map or a set. */
const membersMax = 1000;
const depthMax = 8;
/** The total size in UTF-16 units. Each value has a cost besides its text. */
const sizeMax = 32_768;
const valueCost = 8;

const unreadable = 'cannot be read';
const isCut = '… cut';

/** The members of an error that are read even if they are not enumerable. */
const errorMembers = ['name', 'message', 'stack', 'code', 'cause', 'errors'];

export interface PlainData {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Lower bound of the fields' size, in UTF-16 units. */
  readonly size: number;
}

/** Returns the fields of a log line. An error given alone is put under `err`. Never throws. */
export function plainFields(given: object): PlainData {
  const walk = new Walk();
  try {
    const fields = given instanceof Error ? { err: walk.value(given, 1) } : walk.members(given, 1);
    return { fields, size: sizeMax - walk.left };
  } catch {
    return { fields: { fields: unreadable }, size: valueCost };
  }
}

/** Cuts a text that is too long, and marks the cut. */
export function cut(text: string, max = textMax): string {
  return text.length > max ? `${text.slice(0, max)} ${isCut}` : text;
}

/** One walk through the fields of one line. */
class Walk {
  left = sizeMax;
  /** The objects from the fields down to the value at hand. */
  readonly #path: object[] = [];

  value(value: unknown, depth: number): unknown {
    this.left -= valueCost;
    if (this.left <= 0) return isCut;
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'object' && value !== null) return this.#within(value, depth);
    if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return value;
    return this.#text(typeof value === 'function' ? functionText(value) : String(value));
  }

  /** Returns the members of an object by name. Marks one that cannot be read. */
  members(object: object, depth: number, skipped: readonly string[] = []): Record<string, unknown> {
    const plain = emptyObject();
    let count = 0;
    for (const name in object) {
      if (!Object.hasOwn(object, name) || skipped.includes(name)) continue;
      if (count++ >= membersMax || this.left <= 0) {
        plain['…'] = isCut;
        break;
      }
      plain[this.#name(name)] = this.#read(() => (object as Readonly<Record<string, unknown>>)[name], depth);
    }
    return plain;
  }

  #within(object: object, depth: number): unknown {
    if (this.#path.includes(object)) return '[circular]';
    const bytes = bytesOf(object);
    if (bytes !== undefined) return this.#hex(bytes);
    if (depth > depthMax) return isCut;
    this.#path.push(object);
    try {
      return this.#object(object, depth + 1);
    } catch {
      return unreadable;
    } finally {
      this.#path.pop();
    }
  }

  #object(object: object, depth: number): unknown {
    if (object instanceof Error) return this.#error(object, depth);
    if (types.isDate(object)) return new Date(Date.prototype.getTime.call(object));
    if (Array.isArray(object) || ArrayBuffer.isView(object)) {
      const list = object as unknown as ArrayLike<unknown>;
      return this.#list(list.length, (i) => list[i], depth);
    }
    if (types.isMap(object)) return this.#iterable(Map.prototype.entries.call(object), object.size, depth);
    if (types.isSet(object)) return this.#iterable(Set.prototype.values.call(object), object.size, depth);
    if (types.isRegExp(object) || types.isBoxedPrimitive(object)) return this.#text(String(object));
    const { toJSON } = object as { readonly toJSON?: unknown };
    return typeof toJSON === 'function' ? this.value(toJSON.call(object), depth) : this.members(object, depth);
  }

  /** Converts an error, because cloning loses its class, code and cause. */
  #error(error: Error, depth: number): Record<string, unknown> {
    tellInOurWords(error);
    const plain = emptyObject();
    const read = (name: string, from: string) => {
      if (from in error)
        plain[name] = this.#read(() => (error as unknown as Readonly<Record<string, unknown>>)[from], depth);
    };
    read('type', 'name');
    read('message', 'message');
    plain.stack = this.#read(() => (typeof error.stack === 'string' ? cut(error.stack, stackMax) : error.stack), depth);
    for (const name of ['code', 'cause', 'errors']) read(name, name);
    // Its other properties, such as a path, which must not override these.
    return Object.assign(this.members(error, depth, errorMembers), plain);
  }

  #list(length: number, at: (i: number) => unknown, depth: number): readonly unknown[] {
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) {
      if (i >= membersMax || this.left <= 0) {
        items.push(`… ${length - i} more`);
        break;
      }
      items.push(this.#read(() => at(i), depth));
    }
    return items;
  }

  /** Lists the values; for a map, pairs of key and value. */
  #iterable(values: Iterator<unknown>, length: number, depth: number): readonly unknown[] {
    return this.#list(length, () => values.next().value, depth);
  }

  #read(read: () => unknown, depth: number): unknown {
    try {
      return this.value(read(), depth);
    } catch {
      return unreadable;
    }
  }

  #text(text: string): string {
    const shown = cut(text, Math.min(textMax, Math.max(this.left, 0)));
    this.left -= shown.length;
    return shown;
  }

  #name(name: string): string {
    this.left -= Math.min(name.length, textMax);
    return cut(name, 256);
  }

  #hex(bytes: Uint8Array): string {
    const most = Math.min(bytesMax, Math.max(this.left, 0) >> 1);
    const hex = Buffer.from(bytes.subarray(0, most)).toString('hex');
    this.left -= hex.length;
    return bytes.length > most ? `${hex} … cut, ${bytes.length} bytes` : hex;
  }
}

/** Without a prototype, so that a member named `__proto__` is treated like any other. */
const emptyObject = () => Object.create(null) as Record<string, unknown>;

const functionText = (func: { readonly name?: unknown }) => `[Function: ${String(func.name) || '(anonymous)'}]`;

/** Returns the bytes of a buffer or a view of whole bytes; undefined for other objects. */
function bytesOf(object: object): Uint8Array | undefined {
  if (types.isUint8Array(object)) return object;
  if (types.isAnyArrayBuffer(object)) return new Uint8Array(object);
  if (!types.isUint8ClampedArray(object) && !types.isDataView(object)) return undefined;
  return new Uint8Array(object.buffer, object.byteOffset, object.byteLength);
}
