// Tables of hooks with their identity. Types, wire ids, checks and labels all derive from one.

import { type AnyCodec, codecOf, type FieldDescription } from './codec/index.js';
import { type DefinePlugin, definePluginFor } from './define-plugin.js';
import { hashOf } from './hash.js';
import type { HookKind, HookNameIn, HookRow, HookTable } from './hook-table.js';

/** A row as plain data. */
export interface RowDescription {
  readonly name: string;
  readonly kind: HookKind;
  readonly event: FieldDescription;
  readonly by: string;
  readonly log: readonly string[];
  readonly reject?: FieldDescription;
}

/** A table as plain data: it crosses to other threads and processes, each of which compiles its codecs. */
export interface HookSetDescription {
  readonly id: string;
  readonly version: number;
  readonly rows: readonly RowDescription[];
}

/** A table of hooks with its identity, as a host, a supervisor and a session see any of them. */
export interface AnyHookSet {
  readonly id: string;
  readonly version: number;
  readonly rows: HookTable;
  /** Names of all hooks, indexed by wire id. */
  readonly names: readonly string[];
  readonly description: HookSetDescription;
  /** Hash of the whole description: host, supervisor and sessions have to have the same. */
  readonly hash: string;
  /** Hash by hook of what its handler gets and answers: a plugin has to have the same for the hooks it implements. */
  readonly rowHashes: Readonly<Record<string, string>>;
}

/** A table of hooks with its identity, and the types that derive from it. */
export interface HookSet<T extends HookTable> extends AnyHookSet {
  readonly rows: T;
  readonly names: readonly HookNameIn<T>[];
  readonly definePlugin: DefinePlugin<T>;
}

/**
 * Makes a table of hooks. Wire ids are the positions of the rows.
 *
 * @param id names the table in messages, such as `messenger`
 * @param version a whole number from 1 on, for people: what has to agree is compared by the rows
 * @throws TypeError naming the row that is wrong
 */
export function defineHooks<const T extends HookTable>(id: string, version: number, rows: T): HookSet<T> {
  if (!idForm.test(id)) throw new TypeError(`defineHooks: the id ${JSON.stringify(id)} has to match ${idForm}`);
  if (!Number.isInteger(version) || version < 1) throw new TypeError('defineHooks: the version has to be 1 or more');
  const names = Object.keys(rows) as HookNameIn<T>[];
  if (names.length < 1 || names.length > rowsMax) throw new TypeError(`defineHooks: a table has 1 to ${rowsMax} hooks`);
  for (const name of names) assertRow(name, rows[name]!);
  const described = names.map((name) => describeRow(name, rows[name]!));
  const description: HookSetDescription = { id, version, rows: described };
  const rowHashes = Object.fromEntries(
    described.map(({ name, kind, event, reject }) => [name, hashOf(JSON.stringify({ kind, event, reject }))]),
  );
  const definePlugin = definePluginFor<T>({ id, version, rows: rowHashes });
  return Object.freeze({
    id,
    version,
    rows,
    names,
    description,
    hash: hashOf(JSON.stringify(description)),
    rowHashes,
    definePlugin,
  });
}

/** Makes the table again that has this description. @throws TypeError naming what is wrong */
export function hookSetOf({ id, version, rows }: HookSetDescription): AnyHookSet {
  const entries = rows.map(({ name, kind, event, by, log, reject }) => {
    const carried = reject === undefined ? undefined : codecOf(reject);
    return [name, { kind, codec: codecOf(event), by, log, reject: carried }];
  });
  return defineHooks(id, version, Object.fromEntries(entries) as HookTable);
}

/** Whether the table has the hook. */
export function hasHook({ rows }: AnyHookSet, name: string): boolean {
  return Object.hasOwn(rows, name);
}

const idForm = /^[a-z][a-z0-9-]{0,63}$/;
const nameForm = /^on[A-Z][A-Za-z0-9]{0,61}$/;
/** Room for what a Reject carries is kept for every event of a call. */
const rejectBytesMax = 4096;
/** Members of the line that a host logs besides, and those that loggers add. */
const takenFields: readonly string[] = ['audit', 'hook', 'plugin', 'generation', 'cause'].concat([
  'level',
  'time',
  'pid',
  'hostname',
  'name',
  'msg',
  'err',
]);
/** A wire id is one byte. */
const rowsMax = 255;

function assertRow(name: string, { kind, codec, by, log, reject }: HookRow): void {
  const wrong = (complaint: string) => new TypeError(`defineHooks: ${name.slice(0, 80)}: ${complaint}`);
  if (!nameForm.test(name))
    throw wrong('the name of a hook is `on` and a capital letter, at most 64 letters and digits');
  if (kind !== 'gate' && kind !== 'observer') throw wrong('a row is made with gate(…) or observer(…)');
  const fields = codec?.description && fieldsOf(codec.description);
  if (fields === undefined) throw wrong('its codec has to be a record, or a list of records');
  if (!fields.has(by)) throw wrong(`\`by\` has to name a field of its event, and ${JSON.stringify(by)} is none`);
  if (!keyTypes.has(fields.get(by)!.type))
    throw wrong(`\`by\` names ${by}, which is no key: ${[...keyTypes].join(', ')}`);
  if (!Array.isArray(log)) throw wrong('`log` has to be a list of fields');
  for (const field of log)
    if (!fields.has(field)) throw wrong(`\`log\` names ${JSON.stringify(field)}, which is no field`);
  const taken = log.find((field) => takenFields.includes(field));
  if (taken !== undefined) throw wrong(`\`log\` names ${taken}, which the line has already: call the field otherwise`);
  assertBounded(kind, codec, wrong);
  if (reject === undefined) return;
  const isRecord = reject?.description?.type === 'record' && reject.maxSize <= rejectBytesMax;
  if (kind !== 'gate' || !isRecord)
    throw wrong(`\`reject\` has to be a record of at most ${rejectBytesMax} bytes, of a gate hook`);
}

function assertBounded(kind: HookKind, codec: AnyCodec, wrong: (complaint: string) => Error): void {
  if (Number.isFinite(codec.maxSize)) return;
  if (kind === 'gate') throw wrong('an event of a gate hook has to be bounded: give every list a limit');
  // An observer's list is cut into pieces between its items, each of which has to fit.
  if (!('item' in codec) || !Number.isFinite((codec as { item: AnyCodec }).item.maxSize)) {
    throw wrong('only the list that an observer event is may be without a limit');
  }
}

/** Fields whose value can decide the thread. */
const keyTypes: ReadonlySet<string> = new Set([
  'bytes',
  'blob',
  'text',
  'uint',
  'u8',
  'u32',
  'u64',
  'i64',
  'enumeration',
]);

/** Returns the fields of an event, or of the items of a list; undefined for any other codec. */
function fieldsOf(event: FieldDescription): ReadonlyMap<string, FieldDescription> | undefined {
  const item = event.type === 'list' ? event.of : event;
  return item.type === 'record' ? new Map(item.fields) : undefined;
}

function describeRow(name: string, { kind, codec, by, log, reject }: HookRow): RowDescription {
  return { name, kind, event: codec.description, by, log, ...(reject && { reject: reject.description }) };
}
