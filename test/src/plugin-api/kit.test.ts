// The kit that tables of hooks are made with: any table, as data, in another thread or process, and hostile bytes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { defineHooks, gate, messengerHooks, observer } from '@gatehouse/plugin-api';
import { bytes, Cursor, codecOf, EventError, list, readWhole, record, text, u8 } from '@gatehouse/plugin-api/codec';
import { hookSetOf } from '@gatehouse/plugin-api/hooks';
import fc from 'fast-check';
import t from 'tap';
import { anyRecord } from './any-codec.js';
import { holds } from './holds.js';
import { cross } from './round-trip.js';

/** The bytes of a value. */
function written(codec: Parameters<typeof readWhole>[0], value: unknown): Uint8Array {
  const cursor = new Cursor(new Uint8Array(Math.min(codec.maxSize, 64 * 1024)));
  codec.write(cursor, value);
  return cursor.bytes.slice(0, cursor.at);
}

const anyEvent = anyRecord.chain(({ codec, value }) => value.map((event) => ({ codec, event })));

t.test('any event of any fields is read as it was written, by a codec made from the description', async (t) => {
  const property = fc.property(anyEvent, ({ codec, event }) => {
    const crossing = cross(codec, event);
    assert.deepEqual(crossing.value, event);
    assert.ok(crossing.staysInside);
    const description = JSON.parse(JSON.stringify(codec.description));
    const again = codecOf(description);
    assert.deepEqual(again.description, codec.description);
    assert.deepEqual([again.minSize, again.maxSize], [codec.minSize, codec.maxSize]);
    const bytes = written(codec, event);
    assert.deepEqual(written(again, event), bytes);
    assert.deepEqual(readWhole(again, bytes), event);
    assert.ok(bytes.length >= codec.minSize);
  });
  holds(t, property, { numRuns: 200 });
});

t.test(
  'bytes that were changed, cut or added to give a value that can be written, or an error, and nothing else',
  async (t) => {
    const damage = fc.record({
      at: fc.nat(400),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.nat(3),
      added: fc.nat(2),
    });
    const property = fc.property(
      anyEvent,
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      ({ codec, event }, damages) => {
        let hostile = written(codec, event);
        for (const { at, byte, cut, added } of damages) {
          hostile = Uint8Array.from([
            ...hostile.slice(0, hostile.length - Math.min(cut, hostile.length)),
            ...Array(added).fill(byte),
          ]);
          if (hostile.length > 0) hostile[at % hostile.length] = byte;
        }
        let value: unknown;
        try {
          value = readWhole(codec, hostile);
        } catch (error) {
          assert.ok(error instanceof EventError, String(error));
          return;
        }
        codec.write(new Cursor(new Uint8Array(64 * 1024)), value);
        assert.equal(Object.getPrototypeOf(value), Object.prototype);
      },
    );
    holds(t, property, { numRuns: 400 });
  },
);

t.test('a value is read from all of its bytes, or not at all', async (t) => {
  t.equal(readWhole(u8, Uint8Array.of(7)), 7);
  t.throws(() => readWhole(u8, Uint8Array.of(7, 8)), { code: 'EVENT_INVALID', message: 'event: 1 bytes follow it' });
  t.throws(() => readWhole(u8, new Uint8Array()), { code: 'EVENT_INVALID', message: 'event: it ends too early' });
});

t.test('a table crosses as data, with the same hash, and a table that differs in anything has another', async (t) => {
  const sent = structuredClone(messengerHooks.description);
  const arrived = hookSetOf(JSON.parse(JSON.stringify(sent)));
  t.equal(arrived.hash, messengerHooks.hash);
  t.strictSame(arrived.rowHashes, messengerHooks.rowHashes);
  t.strictSame(arrived.names, messengerHooks.names);
  const row = () => gate(record({ room: bytes(16), kind: u8 }), { by: 'room' });
  const base = defineHooks('chat', 1, { onPost: row() });
  const others = [
    defineHooks('chats', 1, { onPost: row() }),
    defineHooks('chat', 2, { onPost: row() }),
    defineHooks('chat', 1, { onSend: row() }),
    defineHooks('chat', 1, { onPost: observer(record({ room: bytes(16), kind: u8 }), { by: 'room' }) }),
    defineHooks('chat', 1, { onPost: gate(record({ room: bytes(17), kind: u8 }), { by: 'room' }) }),
    defineHooks('chat', 1, { onPost: gate(record({ room: bytes(16), sort: u8 }), { by: 'room' }) }),
    defineHooks('chat', 1, { onPost: gate(record({ room: bytes(16), kind: u8 }), { by: 'kind' }) }),
    defineHooks('chat', 1, { onPost: gate(record({ room: bytes(16), kind: u8 }), { by: 'room', log: ['kind'] }) }),
    defineHooks('chat', 1, { onPost: row(), onLeave: row() }),
  ];
  t.equal(new Set([base, ...others].map(({ hash }) => hash)).size, others.length + 1);
});

t.test('the names of the interface lead to one copy, which a plugin shares with the session', async (t) => {
  const [whole, ...parts] = await Promise.all(
    ['/hooks', '', '/codec'].map((part): Promise<object> => import(`@gatehouse/plugin-api${part}`)),
  );
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (Reflect.get(whole!, name) !== value) t.fail(`${name} is there twice`);
  }
  const session = await readFile(new URL(import.meta.resolve('@gatehouse/host/internal/bundled/session')), 'utf8');
  t.match(session, /^import \{ .* \} from "@gatehouse\/plugin-api\/hooks";$/m);
  t.notMatch(session, /class EventError/);
});

t.test(
  'hashes are 64 bits of FNV-1a, in every version: stamps of plugins that were built before are compared',
  async (t) => {
    const fnv = (text: string) => {
      let hash = 0xcbf29ce484222325n;
      for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
      return hash.toString(16).padStart(16, '0');
    };
    t.equal(messengerHooks.hash, fnv(JSON.stringify(messengerHooks.description)));
    for (let version = 1; version <= 200; version++) {
      const { hash, description } = defineHooks('chat', version, {
        onPost: gate(record({ room: u8 }), { by: 'room' }),
      });
      if (hash !== fnv(JSON.stringify(description))) t.fail(`version ${version}`);
    }
  },
);

t.test('a plugin is stamped with the rows of the hooks that it implements', async (t) => {
  const set = defineHooks('chat', 3, {
    onPost: gate(record({ room: bytes(16) }), { by: 'room' }),
    onLeave: observer(record({ room: bytes(16) }), { by: 'room' }),
  });
  const { hookSet } = set.definePlugin({ onLeave() {} });
  t.strictSame(hookSet, { id: 'chat', version: 3, rows: { onLeave: set.rowHashes.onLeave } });
});

t.test('a row that cannot be is refused with its name and what is wrong', async (t) => {
  const room = record({ room: bytes(16), note: text(10), tags: list(u8, 2) });
  const any = (row: unknown) => row as never;
  const refusals: readonly (readonly [() => unknown, RegExp])[] = [
    [() => defineHooks('Chat', 1, { onPost: gate(room, { by: 'room' }) }), /the id "Chat" has to match/],
    [() => defineHooks('chat', 0, { onPost: gate(room, { by: 'room' }) }), /the version has to be 1 or more/],
    [() => defineHooks('chat', 1, {}), /a table has 1 to 255 hooks/],
    [() => defineHooks('chat', 1, { post: gate(room, { by: 'room' }) }), /post: the name of a hook is `on`/],
    [() => defineHooks('chat', 1, { onPost: any({ ...gate(room, { by: 'room' }), kind: 'door' }) }), /made with gate/],
    [
      () => defineHooks('chat', 1, { onPost: gate(room, { by: any('rom') }) }),
      /`by` has to name a field of its event, and "rom"/,
    ],
    [() => defineHooks('chat', 1, { onPost: gate(room, { by: 'tags' }) }), /`by` names tags, which is no key/],
    [() => defineHooks('chat', 1, { onPost: gate(room, { by: 'room', log: any(['x']) }) }), /`log` names "x"/],
    [() => gate(room, undefined as never), /gate: name the field that decides the thread/],
    [() => observer(room, {} as never), /observer: name the field that decides the thread/],
    [() => record({ room: text as never }), /record: room is no field/],
    [() => defineHooks('chat', 1, { onPost: gate(list(room), { by: 'room' }) }), /has to be bounded/],
    [() => defineHooks('chat', 1, { onPost: any(gate(u8, any({ by: 'room' }))) }), /a record, or a list of records/],
    [
      () => defineHooks('chat', 1, { onPost: observer(record({ room: u8, all: list(u8) }), { by: 'room' }) }),
      /only the list that an observer event is/,
    ],
  ];
  for (const [define, complaint] of refusals) t.throws(define, { message: complaint });
});

t.test('codecs work where Node may not generate code, and a host says why it does not', async (t) => {
  const program = `
    import { bytes, codecOf, Cursor, optional, readWhole, record, text } from '@gatehouse/plugin-api/codec';
    const codec = record({ room: bytes(2), note: optional(text(20)) });
    const cursor = new Cursor(new Uint8Array(codec.maxSize));
    codec.write(cursor, { room: Uint8Array.of(1, 2), note: 'hé' });
    const plain = readWhole(codec, cursor.bytes.slice(0, cursor.at));
    cursor.at = 0;
    codec.write(cursor, { room: Uint8Array.of(1, 2) });
    const absent = readWhole(codec, cursor.bytes.slice(0, cursor.at));
    const { createHost } = await import('@gatehouse/host');
    const refusal = await createHost({ plugins: [] }).catch(({ code }) => code);
    console.log(JSON.stringify([plain, absent, 'note' in absent, refusal]));
  `;
  const flags = ['--disallow-code-generation-from-strings', '--conditions=gatehouse-internal'];
  const output = execFileSync(process.execPath, [...flags, '--input-type=module', '-e', program], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
    timeout: 30_000,
  });
  t.strictSame(JSON.parse(output), [
    { room: { 0: 1, 1: 2 }, note: 'hé' },
    { room: { 0: 1, 1: 2 } },
    false,
    'CODE_GENERATION_OFF',
  ]);
});
