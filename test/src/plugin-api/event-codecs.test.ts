// The codec of every row of the table: any event crosses shared memory unchanged.

import assert from 'node:assert/strict';
import { type AnyCodec, Cursor } from '@gatehouse/plugin-api/codec';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import fc from 'fast-check';
import t from 'tap';
import { arbitraryEvents } from './events.js';
import { holds } from './holds.js';
import { cross } from './round-trip.js';

for (const name of hookNames) {
  const codec: AnyCodec = hooks[name].codec;
  const events = arbitraryEvents[name] as fc.Arbitrary<object>;

  t.test(`${name}: any event is read as it was written, in no more bytes than its codec asks for`, async (t) => {
    const property = fc.property(events, (event) => {
      const crossing = cross(codec, event);
      assert.deepEqual(crossing.value, event);
      assert.equal(crossing.read, crossing.written);
      assert.ok(crossing.staysInside);
    });
    holds(t, property, { numRuns: 50 });
  });

  t.test(`${name}: what was read is the reader's own, and stays when the memory is used again`, async (t) => {
    const property = fc.property(events, (event) => {
      const { value, memory } = cross(codec, event);
      memory.fill(0);
      assert.deepEqual(value, event);
      assert.ok(!holdsSharedMemory(value));
    });
    holds(t, property, { numRuns: 20 });
  });

  t.test(`${name}: events written one after the other are read one after the other`, async (t) => {
    const property = fc.property(fc.array(events, { maxLength: 5 }), (list) => {
      const memory = new Uint8Array(new SharedArrayBuffer(256 * 1024));
      const writer = new Cursor(memory);
      for (const event of list) codec.write(writer, event);
      const reader = new Cursor(memory);
      assert.deepEqual(
        list.map(() => codec.read(reader)),
        list,
      );
    });
    holds(t, property, { numRuns: 20 });
  });

  t.test(`${name}: the field that threads share the work by is a field of the event`, async (t) => {
    const property = fc.property(events, (event) => {
      for (const one of Array.isArray(event) ? event : [event]) assert.ok(hooks[name].by in one);
    });
    holds(t, property, { numRuns: 5 });
  });
}

function holdsSharedMemory(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.buffer instanceof SharedArrayBuffer;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSharedMemory);
}
