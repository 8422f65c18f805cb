// Assigns an event to a thread of a plugin: equal keys meet on one thread, so their events stay in order.

/** Returns the key of an event; of a list that is asked about as one, that of its first item. */
function keyOf(event: unknown, by: string): unknown {
  const item = Array.isArray(event) ? event[0] : event;
  return (item as Readonly<Record<string, unknown>> | undefined)?.[by];
}

/** Returns the thread's entry that serves the key of an event; undefined if it has none. */
export function servingOf<Link>(links: readonly (Link | undefined)[], event: unknown, by: string): Link | undefined {
  if (links.length === 1) return links[0];
  return links[shardOf(keyOf(event, by)) % links.length];
}

/** Returns a 32-bit hash of a key (FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/). Keys are bytes or text. */
export function shardOf(key: unknown): number {
  return key instanceof Uint8Array ? hashBytes(key) : hashText(String(key));
}

const basis = 0x811c9dc5;
const prime = 0x01000193;

function hashBytes(bytes: Uint8Array): number {
  let hash = basis;
  // Keys are random: their first bytes distinguish them as well as all bytes would.
  const end = Math.min(8, bytes.length);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, prime);
  return hash >>> 0;
}

function hashText(text: string): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime);
  return hash >>> 0;
}
