// Describes an invalid value: quotes it where it cannot be a secret, else names only its type.

const longest = 40;

/** Describes a value that may be a secret. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

/** Quotes a value, but never a list or a map: it may hold settings with wrong indentation. */
export function quoted(value: unknown): string {
  if (typeof value === 'object' || value === undefined) return typeOf(value);
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= longest ? text : `${typeOf(value)} of ${String(value).length} characters`;
}
