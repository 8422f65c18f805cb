// The file that a plugin's package.json names as its entry: by `exports`, as Node would take it, or else by `main`.

/** The conditions under which Node imports a package. */
const conditions: readonly string[] = ['node', 'import', 'default'];

/** A guard against nonsense: nobody nests conditions this deep. */
const depthMax = 10;

/**
 * Returns the entry's path, relative to the package's folder.
 * @throws Error in readable words if neither field names one
 */
export function entryIn({ main, exports }: { readonly main?: unknown; readonly exports?: unknown }): string {
  if (exports === undefined || exports === null) return mainOf(main);
  const entry = target(rootOf(exports), depthMax);
  if (entry === undefined) {
    throw new Error('package.json: exports: names no file for "." under the conditions node, import or default');
  }
  if (!entry.startsWith('./'))
    throw new Error(`package.json: exports: ${JSON.stringify(entry)} has to begin with "./"`);
  return entry;
}

function mainOf(main: unknown = 'index.js'): string {
  if (typeof main !== 'string') throw new Error('package.json: main: expected the path of a file');
  return main;
}

/** Returns what stands for the package itself: that of the key ".", or everything if no key is a path. */
function rootOf(exports: unknown): unknown {
  if (!isTable(exports)) return exports;
  const isOfPaths = Object.keys(exports).some((key) => key.startsWith('.'));
  return isOfPaths ? exports['.'] : exports;
}

/** Returns the first path whose conditions hold, in the order in which they are written. */
function target(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return firstOf(value, depth);
  if (!isTable(value)) return undefined;
  const held = Object.keys(value).filter((key) => conditions.includes(key));
  return firstOf(
    held.map((key) => value[key]),
    depth,
  );
}

function firstOf(values: readonly unknown[], depth: number): string | undefined {
  for (const value of values) {
    const found = target(value, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
