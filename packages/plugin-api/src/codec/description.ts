// The value that a codec carries, described as plain data, which crosses to other threads and processes and is hashed.

export type FieldDescription =
  | { readonly type: 'bytes'; readonly length: number }
  | { readonly type: 'blob' | 'text' | 'json'; readonly max: number }
  | { readonly type: NumberType | 'flag' }
  | { readonly type: 'enumeration'; readonly values: readonly string[] }
  | { readonly type: 'optional'; readonly of: FieldDescription }
  /** Without `max`, a list of any length. */
  | { readonly type: 'list'; readonly of: FieldDescription; readonly max?: number }
  | { readonly type: 'map'; readonly of: FieldDescription; readonly max: number }
  | { readonly type: 'record'; readonly fields: readonly NamedField[] };

export type NumberType = 'uint' | 'u8' | 'u32' | 'u64' | 'i64' | 'f64';

export type NamedField = readonly [name: string, field: FieldDescription];
