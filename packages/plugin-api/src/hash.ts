// A hash of text.

const encoder = new TextEncoder();
/** The basis, 0xcbf29ce484222325, in two halves. */
const basis = { high: 0xcbf29ce4, low: 0x84222325 };
/** The prime is 2 ** 40 and this. */
const prime = 0x1b3;

/**
 * Returns 64 bits as hex (FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/). It tells texts apart that differ by
 * mistake; nobody gains from two that have the same.
 */
export function hashOf(text: string): string {
  let { high, low } = basis;
  // In halves, because a bigint for every byte would take milliseconds of the start of every thread.
  for (const byte of encoder.encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * prime;
    high = (high * prime + ((low << 8) >>> 0) + Math.floor(product / 2 ** 32)) >>> 0;
    low = product >>> 0;
  }
  return hexOf(high) + hexOf(low);
}

const hexOf = (half: number) => half.toString(16).padStart(8, '0');
