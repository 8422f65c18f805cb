// The binary layout of events: a codec per field, composed into records and lists.

export type { AnyCodec, Codec, ListCodec, OptionalCodec, ValueOf } from './codec.js';
export { Cursor } from './cursor.js';
export { EventError } from './event-error.js';
export { bytes, flag, list, optional, text, u64, uint } from './fields.js';
export { type Fields, type RecordOf, record } from './record.js';
