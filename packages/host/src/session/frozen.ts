// Data that nobody can change.

/** Freezes plain data in depth: an array or object, and whatever is in it. Bytes stay as they are: none can be frozen. */
export function frozen<T>(data: T): T {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data) || ArrayBuffer.isView(data)) return data;
  Object.freeze(data);
  for (const value of Object.values(data)) frozen(value);
  return data;
}
