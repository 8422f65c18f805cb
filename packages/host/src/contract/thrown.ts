// Describes whatever a plugin's thread threw, which can be anything. The text is a plugin's: it is cut before it is
// searched, and searched without patterns that may look at a part of it twice.

const lengthMax = 500;

/** The longest place in a stack that is read, and the part of a stack that is read, in UTF-16 units. */
const placeMax = 1000;
const stackMax = 16_384;
/** The part of a stack in which its first place is searched. The error's message before it can be long. */
const messageMax = 2 ** 20;

/** Returns name and message of an error, with the topmost place of its stack that is the plugin's, if any. */
export function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `it threw ${cutText(safely(thrown))}`;
  const { name, message, stack } = thrown;
  const said = name === 'Error' ? textOf(message) : `${cutText(textOf(name))}: ${cutText(textOf(message))}`;
  const place = placeOf(stack);
  return cutText(said) + (place === undefined ? '' : ` (${cutText(place.replace('file://', ''))})`);
}

/**
 * Returns the place of a stack to show: the topmost one of the plugin itself, or else of a package that it uses; undefined
 * if there is neither. Packages stand below more folders `node_modules` than the plugin.
 */
export function placeOf(stack: unknown): string | undefined {
  const places = placesIn(stack).filter(isPluginsOwn);
  const depths = places.map((place) => place.split('node_modules/').length);
  return places[depths.indexOf(Math.min(...depths))];
}

/** The longest stack in a log, in UTF-16 units. */
const loggedMax = 8192;

/** Returns the whole stack of an error for the log, cut at 8 KiB; undefined if none of it is a plugin's. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    if (!(thrown instanceof Error)) return undefined;
    const { stack } = thrown;
    if (typeof stack !== 'string' || placeOf(stack) === undefined) return undefined;
    return stack.length > loggedMax ? `${stack.slice(0, loggedMax)} … cut` : stack;
  } catch {
    return undefined;
  }
}

/** Returns the places that a stack names, topmost first, as `at …`. */
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

/** An error of bounded size, with everything that `wordsOf` reads, to be sent to another thread. */
export interface ShortError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export function shortened({ name, message, stack }: Error): ShortError {
  const places = placesIn(stack).map((place) => `\n    ${place}`);
  const short = { name: cutText(textOf(name)), message: cutText(textOf(message)) };
  return { ...short, stack: `${short.name}: ${short.message}${places.join('')}` };
}

/** Returns the folder of the address that a function finds; none for code that is bundled, and so has no own address. */
function folderOf(find: () => string): readonly string[] {
  try {
    return [new URL('.', find()).href];
  } catch {
    return [];
  }
}

let ours: readonly string[] | undefined;

/**
 * Returns the folders of our own code: of the host, and of the packages that it shares with plugins and with others of
 * ours. They are looked for when there is an error, because resolving takes milliseconds, and each thread starts with this.
 */
function ourFolders(): readonly string[] {
  ours ??= [
    ...folderOf(() => new URL('..', import.meta.url).href),
    ...['@gatehouse/plugin-api', '@gatehouse/support/deadline'].flatMap((name) =>
      folderOf(() => import.meta.resolve(name)),
    ),
  ];
  return ours;
}

/** Prefixes of V8's own places, which show nothing about the plugin. */
const nobodys = ['at async Promise.', 'at <anonymous>', 'at new Promise'];
/** Packages that run and load plugins. */
const runners = ['/piscina/', '/comlink/', '/@gatehouse/plugin-api/'];

/** Whether a place is a plugin's, and not in Node, V8, this host, or the packages that run and load plugins. */
export function isPluginsOwn(place: string): boolean {
  if (ourFolders().some((folder) => place.includes(folder)) || place.endsWith('(<anonymous>)')) return false;
  if (nobodys.some((start) => place.startsWith(start))) return false;
  if (isOfScheme(place, 'node:') || isOfScheme(place, 'data:')) return false;
  const inModules = place.lastIndexOf('node_modules/');
  return inModules < 0 || !runners.some((name) => place.startsWith(name, inModules + 'node_modules'.length));
}

/** Whether the address of a place, alone or in brackets, is of this scheme. */
const isOfScheme = (place: string, scheme: string) => place.includes(` ${scheme}`) || place.includes(`(${scheme}`);

function safely(value: unknown): string {
  try {
    return textOfThrown(value);
  } catch {
    return textOf(value);
  }
}

const cutText = (text: string) => text.slice(0, lengthMax);

/** Describes a thrown value that is no error: a plain object by its message, or its keys. Reading it may throw. */
export function textOfThrown(value: unknown): string {
  if (typeof value !== 'object' || value === null || String(value) !== '[object Object]') return textOf(value);
  const { message } = value as { readonly message?: unknown };
  if (typeof message === 'string')
    return `an object that is no Error, with the message ${JSON.stringify(cutText(message))}`;
  return `an object that is no Error, with the keys [${cutText(Object.keys(value).slice(0, 8).join(', '))}]`;
}

/** Returns the value as text. A conversion of the plugin's own may throw. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `something of the type ${typeof value}`;
  }
}
