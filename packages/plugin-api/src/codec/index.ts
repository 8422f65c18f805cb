// The binary layout of events: a codec per field, composed into records, lists and maps.

export type { AnyCodec, Codec, ListCodec, OptionalCodec, ValueOf } from './codec.js';
export { codecOf } from './codec-of.js';
export { list, map, optional } from './collections.js';
export { blob, bytes, type JsonValue, json, text } from './contents.js';
export { Cursor } from './cursor.js';
export type { FieldDescription, NamedField, NumberType } from './description.js';
export { enumeration } from './enumeration.js';
export { EventError } from './event-error.js';
export { f64, flag, i64, u8, u32, u64, uint } from './numbers.js';
export { readWhole } from './read-whole.js';
export { type Fields, mayGenerateCode, type RecordOf, record } from './record.js';
