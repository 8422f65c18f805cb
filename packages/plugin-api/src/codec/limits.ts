// Limits of what a table of hooks can ask for.

/** Most bytes that a field, or items that a list or map, may be declared with. */
export const limitMax = 64 * 1024 * 1024;

/** @throws TypeError naming the field, unless the limit is a whole number from 1 to `limitMax` */
export function assertLimit(field: string, limit: unknown, max = limitMax): void {
  if (Number.isInteger(limit) && (limit as number) >= 1 && (limit as number) <= max) return;
  throw new TypeError(`${field}: the limit has to be a whole number from 1 to ${max}`);
}
