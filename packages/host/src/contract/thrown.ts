// What a plugin's thread threw, in words; it can be anything.

const lengthMax = 500;

/** Name and message of an error with the topmost place of its stack that is the plugin's, where there is one. */
export function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `it threw ${String(thrown)}`.slice(0, lengthMax);
  const { name, message } = thrown;
  const said = name === 'Error' ? message : `${name}: ${message}`;
  const place = placeIn(thrown.stack);
  return said.slice(0, lengthMax) + (place === undefined ? '' : ` (${place})`);
}

const host = new URL('..', import.meta.url).href;
/** Places that say nothing of what a plugin did: Node's own, this host's, and those of what runs and loads it. */
const foreign = [
  /\(?node:/,
  /\(?data:/,
  /\(<anonymous>\)$/,
  /^\s*at (?:async Promise\.|<anonymous>|new Promise)/,
  /node_modules\/(?:\.pnpm\/[^/]*\/node_modules\/)?(?:piscina|comlink)\//,
];

function placeIn(stack: unknown): string | undefined {
  if (typeof stack !== 'string') return undefined;
  const places = stack.match(/^\s*at .*$/gm) ?? [];
  const own = places.find((place) => !place.includes(host) && !foreign.some((pattern) => pattern.test(place)));
  return own?.trim().replace('file://', '').slice(0, lengthMax);
}
