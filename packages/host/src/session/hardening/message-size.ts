// Estimates the memory of a message outside of the heap without copying it: measures long values, counts the rest.

/** The most values that are looked at. Further items of an array count as numbers. */
const looksMax = 1000;
const valueBytes = 16;

export function sizeOf(message: unknown): number {
  let looks = 0;
  let size = 0;
  const waiting = [message];
  while (waiting.length > 0 && looks++ < looksMax) {
    const value = waiting.pop();
    size += valueBytes;
    if (typeof value === 'string') size += value.length;
    else if (typeof value !== 'object' || value === null) continue;
    else if (isBytes(value)) size += value.byteLength;
    else if (Array.isArray(value)) {
      for (let i = 0; i < Math.min(value.length, looksMax); i++) waiting.push(value[i]);
      size += Math.max(0, value.length - looksMax) * valueBytes;
    } else if (value instanceof Map || value instanceof Set) {
      size += value.size * valueBytes;
    } else for (const name in value) waiting.push((value as Readonly<Record<string, unknown>>)[name]);
  }
  return size + waiting.length * valueBytes;
}

/** Whether the message copies its bytes. A shared buffer is not copied, and is counted elsewhere. */
const isBytes = (value: object): value is ArrayBuffer | ArrayBufferView =>
  value instanceof ArrayBuffer || (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer);
