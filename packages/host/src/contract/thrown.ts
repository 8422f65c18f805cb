// What a plugin's thread threw, in words; it can be anything. The text is a plugin's: it is cut before it is searched,
// and searched without patterns that may look at a part of it twice.

const lengthMax = 500;

/** The longest place in a stack that is looked at, and how much of a stack, in UTF-16 units. */
const placeMax = 1000;
const stackMax = 16_384;
/** How far into a stack its first place is looked for: an error's message, which stands before it, can be long. */
const messageMax = 2 ** 20;

/** Name and message of an error with the topmost place of its stack that is the plugin's, where there is one. */
export function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `it threw ${cutText(textOf(thrown))}`;
  const { name, message, stack } = thrown;
  const said = name === 'Error' ? textOf(message) : `${cutText(textOf(name))}: ${cutText(textOf(message))}`;
  const place = placesIn(stack).find(isPluginsOwn);
  return cutText(said) + (place === undefined ? '' : ` (${cutText(place.replace('file://', ''))})`);
}

/** The places that a stack names, topmost first, as `at …`. */
export function placesIn(stack: unknown): readonly string[] {
  if (typeof stack !== 'string') return [];
  const start = stack.slice(0, messageMax);
  const from = start.indexOf('\n    at ');
  if (from < 0) return [];
  return stack
    .slice(from, from + stackMax)
    .split('\n')
    .map((line) => line.slice(0, placeMax).trim())
    .filter((line) => line.startsWith('at '));
}

/** An error in bounded size, with all that `wordsOf` looks at: for it to be sent on. */
export interface ShortError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export function shortened({ name, message, stack }: Error): ShortError {
  const places = placesIn(stack).map((place) => `\n    ${place}`);
  return { name: cutText(textOf(name)), message: cutText(textOf(message)), stack: places.join('') };
}

const host = new URL('..', import.meta.url).href;

/** How places begin that tell nothing of what a plugin did: V8's own. */
const nobodys = ['at async Promise.', 'at <anonymous>', 'at new Promise'];
/** Packages that run and load a plugin. */
const runners = ['/piscina/', '/comlink/'];

/** Whether a place is a plugin's, and not Node's, V8's, this host's, or that of what runs and loads plugins. */
export function isPluginsOwn(place: string): boolean {
  if (place.includes(host) || place.endsWith('(<anonymous>)')) return false;
  if (nobodys.some((start) => place.startsWith(start))) return false;
  if (isOfScheme(place, 'node:') || isOfScheme(place, 'data:')) return false;
  const inModules = place.lastIndexOf('node_modules/');
  return inModules < 0 || !runners.some((name) => place.startsWith(name, inModules + 'node_modules'.length));
}

/** Whether the address of a place, alone or in brackets, is of this scheme. */
const isOfScheme = (place: string, scheme: string) => place.includes(` ${scheme}`) || place.includes(`(${scheme}`);

const cutText = (text: string) => text.slice(0, lengthMax);

/** A getter of the plugin's thread, or a symbol, is no text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `something of the type ${typeof value}`;
  }
}
