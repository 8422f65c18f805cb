// A hash of text.

const encoder = new TextEncoder();
const basis = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

/**
 * Returns 64 bits as hex (FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/). It tells texts apart that differ by
 * mistake; nobody gains from two that have the same.
 */
export function hashOf(text: string): string {
  let hash = basis;
  for (const byte of encoder.encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return hash.toString(16).padStart(16, '0');
}
