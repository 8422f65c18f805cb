// Who may import whom, read from the sources, and what no file may hold.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import t from 'tap';
import { circlesIn } from './circles.js';
import { filesBelow, root } from './files.js';
import { importsIn, importsOf } from './imports.js';
import { objectionTo, type Room, roomOf, rooms } from './rooms.js';

const sources = filesBelow('packages').filter(
  (file) => /\/src\/.*\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'),
);

for (const room of rooms) {
  t.test(`${room.name} imports only what it may`, async (t) => {
    const own = sources.filter((file) => roomOf(file) === room);
    t.not(own.length, 0, 'there are files to look at');
    const objections = own.flatMap((file) =>
      importsOf(join(root, file)).flatMap((one) => objectionTo(file, one) ?? []),
    );
    t.strictSame(objections, []);
  });
}

t.test('every source file belongs to a room', async (t) => {
  t.strictSame(
    sources.filter((file) => roomOf(file) === undefined),
    [],
  );
});

t.test('no two rooms may import each other, not even by way of others', async (t) => {
  const mayImport = ({ mayImport }: Room) => mayImport.map((name) => name.replace('types of ', ''));
  t.strictSame(circlesIn(new Map(rooms.map((room) => [room.name, mayImport(room)]))), []);
});

/** How many may stand above the rooms: its face, its types and its wiring. */
const looseMax = 6;

t.test('few files stand above the rooms of host and server', async (t) => {
  const loose = sources.filter((file) => /^packages\/(?:host|server)\/src\/[^/]+$/.test(file));
  const folders = [...new Set(loose.map((file) => dirname(file)))];
  const crowded = folders.filter((folder) => loose.filter((file) => dirname(file) === folder).length > looseMax);
  t.strictSame(crowded, []);
});

t.test('no files import each other in a circle, not even for types alone', async (t) => {
  const importedBy = (file: string) =>
    importsOf(join(root, file))
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => join(dirname(file), specifier).replace(/\.(c?)js$/, '.$1ts'));
  t.strictSame(circlesIn(new Map(sources.map((file) => [file, importedBy(file)]))), []);
});

t.test('a circle is found from wherever it is entered', async (t) => {
  const circle = { a: ['b', 'c'], b: ['c'], c: ['d'], d: ['b'], e: ['a'] };
  t.strictSame(circlesIn(new Map(Object.entries(circle))), [['b', 'c', 'd']]);
  t.strictSame(circlesIn(new Map(Object.entries({ ...circle, d: [] }))), []);
});

t.test('imports of every form are seen, and whether they are of types alone', async (t) => {
  const text = `
    import a, { type B } from 'one';
    import type { C } from 'two';
    import { type D, type E } from 'three';
    import 'four';
    export * from 'five';
    export type { F } from 'six';
    export { type G } from 'seven';
    const h = await import('eight');
    type I = import('nine').J;
    import {
      type K,
      l,
    } from 'ten';
    // import 'eleven';
  `;
  const seen = importsIn(text).map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier));
  t.strictSame(seen, [
    'one',
    'type two',
    'type three',
    'four',
    'five',
    'type six',
    'type seven',
    'eight',
    'type nine',
    'ten',
  ]);
});

t.test('an import that crosses a border is objected to, with its place', async (t) => {
  const objections = (file: string, text: string) => importsIn(text).map((one) => objectionTo(file, one));
  const channel = 'packages/host/src/channel/lane.ts';
  t.strictSame(objections(channel, "import './bell.js';\nimport 'node:fs';\nimport '../contract/errors.js';"), [
    undefined,
    `${channel}:2: channel may not import node:fs`,
    `${channel}:3: channel may not import ../contract/errors.js`,
  ]);
  const contract = 'packages/host/src/contract/status.ts';
  t.strictSame(objections(contract, "import type { A } from '../channel/index.js';\nimport '../channel/index.js';"), [
    undefined,
    `${contract}:2: contract may not import ../channel/index.js`,
  ]);
  const admin = 'packages/host/src/admin/index.ts';
  t.strictSame(objections(admin, "import 'fastify';\nimport type { Host } from '../host.js';"), [
    undefined,
    `${admin}:2: admin may not import types of ../host.js`,
  ]);
  const asking = 'packages/host/src/asking/gate.ts';
  t.strictSame(objections(asking, "import '../contract/fault.js';\nimport type { A } from '../plugins/registry.js';"), [
    undefined,
    `${asking}:2: asking may not import types of ../plugins/registry.js`,
  ]);
  const plugin = 'packages/plugins/noop/src/index.ts';
  t.strictSame(objections(plugin, "import '@gatehouse/plugin-api/hooks';\nimport '@gatehouse/host/admin';"), [
    undefined,
    `${plugin}:2: first-party plugins may not import @gatehouse/host/admin`,
  ]);
});

/** What ties a file to one machine or to one registry. Written so that this file does not match itself. */
const ties = [
  /\/(?:work|root|home|Users)\/[\w.]/,
  /\bregistry\.[\w-]+\.(?:org|com|io|dev|net)\b/,
  /\bnpm(?:js|mirror)\.(?:org|com)\b/,
];

t.test('no file names a path of one machine or the host of a package registry', async (t) => {
  const tied = filesBelow('').filter((file) => ties.some((tie) => tie.test(readFileSync(join(root, file), 'latin1'))));
  t.strictSame(tied, []);
});
