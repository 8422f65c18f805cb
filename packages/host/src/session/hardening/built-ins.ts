// Keeps the built-ins that carry a decision as they are: those that read an event from shared memory and write a verdict
// to it. A plugin that replaced one would be asked about an event that never was, and the server would believe its answer.
//
// They are locked and not captured, because the code that calls them is the server's as well, where every nanosecond
// counts. What libraries do replace, such as methods of Array and Promise, is not among them: the session does without.

/** Objects that nobody inherits from who gives a member of these names to what inherits. */
const locked: readonly (readonly [owner: object, names: readonly string[]])[] = [
  [Atomics, Object.getOwnPropertyNames(Atomics)],
  [DataView.prototype, Object.getOwnPropertyNames(DataView.prototype)],
  [
    Object.getPrototypeOf(Uint8Array.prototype) as object,
    ['set', 'slice', 'subarray', 'buffer', 'byteOffset', 'length'],
  ],
  [TextEncoder.prototype, ['encode']],
  [TextDecoder.prototype, ['decode']],
  [String.prototype, ['slice']],
];

/** In a plugin's thread, in every tier. To replace one of them throws a TypeError there. */
export function lockBuiltIns(): void {
  for (const [owner, names] of locked) {
    for (const name of names) {
      const found = Object.getOwnPropertyDescriptor(owner, name);
      if (found === undefined || name === 'constructor') continue;
      const lock = 'value' in found ? { writable: false, configurable: false } : { configurable: false };
      Object.defineProperty(owner, name, lock);
    }
  }
}
