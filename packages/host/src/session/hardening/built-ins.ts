// Locks the built-ins that carry a decision: those that read an event from shared memory and write a verdict to it. A
// plugin that replaced one would be asked about an event that never existed, and the server would trust its answer.
//
// They are locked instead of captured, because the server uses the same code, and every nanosecond counts there.
// Methods that libraries replace, such as those of Array and Promise, are not locked: the session does without them.

/** Owners and members to lock. Nobody inherits from these owners and assigns a member of these names. */
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

/** Locks them in a plugin's thread, in every tier. Replacing one throws a TypeError there. */
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
