// Replaces or deletes one of the built-ins at its import, by its place in the list below, and guards all the same.
// The place stands in the name of its folder, as nothing else is known at the import.

const nothing = () => undefined;
const itself = (value) => value;
const thrown = () => {
  throw new Error('broken by the plugin');
};

/** Every method of an object that can be replaced, by `by`. */
function spoil(owner, by) {
  for (const name of Reflect.ownKeys(owner)) {
    const found = Reflect.getOwnPropertyDescriptor(owner, name);
    if (typeof found.value !== 'function' || name === 'constructor' || !(found.writable || found.configurable))
      continue;
    try {
      owner[name] = by;
    } catch {}
  }
}

const owners = {
  'Array.prototype': () => Array.prototype,
  'Map.prototype': () => Map.prototype,
  'Set.prototype': () => Set.prototype,
  'Function.prototype': () => Function.prototype,
  'Promise.prototype': () => Promise.prototype,
  'RegExp.prototype': () => RegExp.prototype,
  'String.prototype': () => String.prototype,
  'DataView.prototype': () => DataView.prototype,
  'Uint8Array.prototype': () => Object.getPrototypeOf(Uint8Array.prototype),
  'TextEncoder.prototype': () => TextEncoder.prototype,
  'the iterator of arrays': () => Object.getPrototypeOf([][Symbol.iterator]()),
  Object: () => Object,
  Array: () => Array,
  Reflect: () => Reflect,
  JSON: () => JSON,
  Atomics: () => Atomics,
  Math: () => Math,
  performance: () => Object.getPrototypeOf(performance),
  process: () => process,
  Buffer: () => Buffer,
};

const globals = [
  'Promise',
  'Map',
  'Symbol',
  'Atomics',
  'Object',
  'structuredClone',
  'setImmediate',
  'performance',
  'process',
];

const polluted = Object.entries({ action: 'continue', value: 1 }).concat([['then', nothing]]);

export const deeds = {
  ...Object.fromEntries(
    Object.entries(owners).map(([name, owner]) => [
      `methods of ${name} that return nothing`,
      () => spoil(owner(), nothing),
    ]),
  ),
  'methods of Array.prototype that throw': () => spoil(Array.prototype, thrown),
  'methods of Promise.prototype that return what they get': () => spoil(Promise.prototype, itself),
  'Function.prototype.call that continues': () => {
    Function.prototype.call = () => ({ action: 'continue' });
  },
  'Function.prototype.bind that continues': () => {
    Function.prototype.bind = () => () => ({ action: 'continue' });
  },
  'Reflect.apply that continues': () => {
    Reflect.apply = () => ({ action: 'continue' });
  },
  ...Object.fromEntries(globals.map((name) => [`the global ${name} deleted`, () => delete globalThis[name]])),
  'the global Promise replaced': () => {
    globalThis.Promise = class {};
  },
  ...Object.fromEntries(
    polluted.map(([name, value]) => [
      `every object has the member ${name}`,
      () => {
        Object.prototype[name] = value;
      },
    ]),
  ),
  'no iterator of arrays': () => delete Array.prototype[Symbol.iterator],
  'Object.freeze that hides handlers': () => {
    Object.getOwnPropertyNames = () => ['onAuth'];
    Object.keys = () => ['onAuth'];
  },
  'RegExp.prototype.test that fails': () => {
    RegExp.prototype.test = () => false;
  },
};

/** It answers without any built-in. */
function onMessageEnqueue({ payloadLen }) {
  if (payloadLen > 10) return { action: 'reject', reason: 'too long' };
  return { action: 'continue' };
}

/** Says nothing: what was never said is a fault. */
export const plugin = {
  apiVersion: 1,
  onMessageEnqueue(event) {
    return event.payloadLen === 7 ? undefined : onMessageEnqueue(event);
  },
  onAuth() {},
};
