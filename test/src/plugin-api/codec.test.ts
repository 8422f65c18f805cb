// The codecs by themselves, where their values are odd.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import {
  bytes,
  type Codec,
  Cursor,
  enumeration,
  f64,
  flag,
  i64,
  json,
  list,
  map,
  optional,
  record,
  text,
  u8,
  u32,
  u64,
  uint,
} from '@gatehouse/plugin-api/codec';
import fc from 'fast-check';
import t from 'tap';
import { holds } from './holds.js';
import { cross } from './round-trip.js';

t.test('any text crosses, a lone surrogate as U+FFFD', async (t) => {
  const anyUnits = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
    .map((units) => String.fromCharCode(...units));
  const property = fc.property(anyUnits, (value) => {
    const wellFormed = Buffer.from(value, 'utf8').toString('utf8');
    const crossing = cross(text(1000), value);
    assert.equal(crossing.value, wellFormed);
    assert.ok(crossing.staysInside);
  });
  holds(t, property);
  t.equal(cross(text(100), 'a\ud800b').value, 'a\ufffdb');
});

t.test('a byte order mark at the start of a text is a part of it', async (t) => {
  t.equal(cross(text(100), '\ufeffada').value, '\ufeffada');
});

t.test('a text that is too long is refused whole, and not cut', async (t) => {
  t.equal(cross(text(5), 'éée').written, 9);
  t.throws(() => cross(record({ username: text(4) }), { username: 'éée' }), {
    code: 'EVENT_INVALID',
    field: 'username',
    message: 'username: expected text of at most 4 bytes, got 5 bytes',
  });
});

t.test('a text whose length on the wire is over the limit is not believed', async (t) => {
  const memory = new Uint8Array(100).fill(0x61);
  new DataView(memory.buffer).setUint32(0, 4_000_000_000, true);
  t.throws(() => text(10).read(new Cursor(memory)), { code: 'EVENT_INVALID' });
});

t.test('numbers cross exactly up to their limits', async (t) => {
  for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) t.equal(cross(uint, value).value, value);
  for (const value of [0n, 2n ** 53n + 1n, 2n ** 64n - 1n]) t.equal(cross(u64, value).value, value);
  for (const value of [-(2n ** 63n), 2n ** 63n - 1n]) t.equal(cross(i64, value).value, value);
  for (const value of [0, 2 ** 32 - 1]) t.equal(cross(u32, value).value, value);
  for (const [codec, value] of [
    [u8, 256],
    [u8, -1],
    [u8, 0.5],
    [u32, 2 ** 32],
    [i64, 2n ** 63n],
    [i64, -(2n ** 63n) - 1n],
    [f64, 1n],
  ] as const) {
    t.throws(() => cross(codec as Codec<unknown>, value), { code: 'EVENT_INVALID' }, String(value));
  }
  for (const value of [0.5, Number.MAX_SAFE_INTEGER + 1, Number.POSITIVE_INFINITY, '1', null]) {
    t.throws(() => cross(record({ n: uint }), { n: value as number }), { code: 'EVENT_INVALID', field: 'n' });
  }
});

t.test('a flag takes one byte', async (t) => {
  for (const value of [true, false]) t.match(cross(flag, value), { value, written: 1 });
});

t.test('an absent field takes one byte, and is absent from what is read', async (t) => {
  const codec = record({ key: optional(bytes(4)) });
  const { value, written } = cross(codec, {});
  t.equal(written, 1);
  t.notOk('key' in value);
  t.strictSame(cross(codec, { key: Uint8Array.of(1, 2, 3, 4) }).value, { key: Uint8Array.of(1, 2, 3, 4) });
});

t.test('an absent field may be given as undefined', async (t) => {
  const codec = optional(bytes(4)) as Codec<unknown>;
  t.equal(cross(codec, undefined).value, undefined);
});

t.test('fields that a record does not name stay behind', async (t) => {
  const value = { n: 1, secret: 'stays' };
  t.strictSame(cross(record({ n: uint }), value).value, { n: 1 });
});

t.test('the path of a field in records within lists is named', async (t) => {
  const codec = record({ rooms: list(record({ doors: list(uint) })) });
  const value = { rooms: [{ doors: [] }, { doors: [1, -2] }] };
  t.throws(() => cross(codec, value), { code: 'EVENT_INVALID', field: 'rooms[1].doors[1]' });
});

t.test('a list may be empty, and tells of its item', async (t) => {
  t.strictSame(cross(list(uint), []).value, []);
  t.equal(list(uint).item, uint);
});

t.test('bytes given as a Buffer arrive as they were', async (t) => {
  const buffer = Buffer.from('0123456789abcdef');
  t.strictSame(cross(bytes(16), buffer).value, Uint8Array.from(buffer));
});

t.test("what is read from a Buffer is private too, though a Buffer's slice shares its memory", async (t) => {
  const memory = Buffer.from([1, 2, 3, 4]);
  const value = bytes(4).read(new Cursor(memory));
  memory.fill(0);
  t.strictSame([...value], [1, 2, 3, 4]);
});

t.test('one of a few words takes one byte, and any other is refused', async (t) => {
  const codec = enumeration('plain', 'retained');
  t.match(cross(codec, 'retained'), { value: 'retained', written: 1 });
  t.throws(() => cross(codec as Codec<string>, 'kept'), {
    message: 'event: expected one of "plain", "retained", got string',
  });
  t.throws(() => codec.read(new Cursor(Uint8Array.of(2))), { code: 'EVENT_INVALID' });
  t.throws(() => enumeration('a', 'a'), { message: 'enumeration: a value is given twice' });
});

t.test(
  'a list or a map with more items than its limit is refused, and so is a count that cannot be true',
  async (t) => {
    t.throws(() => cross(list(u8, 2), [1, 2, 3]), { message: 'event: expected at most 2 items, got 3' });
    t.throws(() => cross(map(u8, 1), { a: 1, b: 2 }), { message: 'event: expected at most 1 entries, got 2' });
    const claimed = new Uint8Array(20);
    new DataView(claimed.buffer).setUint32(0, 2 ** 31, true);
    for (const codec of [list(u8), list(u8, 2 ** 20), map(u8, 2 ** 20)]) {
      t.throws(() => codec.read(new Cursor(claimed)), { code: 'EVENT_INVALID' });
    }
  },
);

t.test('no name sets a prototype', async (t) => {
  const hostile = JSON.parse('{"__proto__":1}');
  t.throws(() => cross(map(u8, 5), hostile), { message: 'event: the key __proto__ is refused' });
  t.throws(() => cross(json(100), hostile), { message: 'event: the name __proto__ is refused' });
  t.throws(() => record(hostile), { message: 'record: a field cannot be called __proto__' });
  const memory = new Uint8Array(64);
  const cursor = new Cursor(memory);
  text(100).write(cursor, '{"a":{"__proto__":{"b":1}}}');
  t.throws(() => json(100).read(new Cursor(memory)), { message: 'event: the name __proto__ is refused' });
});

t.test('what JSON cannot say is refused with the reason', async (t) => {
  const refused: readonly unknown[] = [
    undefined,
    () => 1,
    1n,
    {
      get a() {
        throw new Error('no');
      },
    },
  ];
  for (const value of refused) t.throws(() => cross(json(100), value as never), { code: 'EVENT_INVALID' });
  t.throws(() => cross(json(5), 'abcdef'), { code: 'EVENT_INVALID' });
});

t.test('a limit that is none is refused where the field is declared', async (t) => {
  const wrong: readonly (() => unknown)[] = [
    () => bytes(0),
    () => text(-1),
    () => text(1.5),
    () => json(Number.POSITIVE_INFINITY),
    () => list(u8, 0),
    () => map(u8, Number.NaN),
    () => record({}),
  ];
  for (const declare of wrong) t.throws(declare, TypeError);
});
