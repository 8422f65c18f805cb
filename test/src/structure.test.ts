// Who may import whom, read from the sources, and what no file may hold.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import t from 'tap';
import { circlesIn } from './structure/circles.js';
import { filesBelow, root } from './structure/files.js';
import { importsIn, importsOf } from './structure/imports.js';
import { objectionTo, partOf, parts } from './structure/parts.js';

const sources = filesBelow('packages').filter(
  (file) => /\/src\/.*\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'),
);

for (const part of parts) {
  t.test(`${part.name} imports only what it may`, async (t) => {
    const own = sources.filter((file) => partOf(file) === part);
    t.not(own.length, 0, 'there are files to look at');
    const objections = own.flatMap((file) =>
      importsOf(join(root, file)).flatMap((one) => objectionTo(file, one) ?? []),
    );
    t.strictSame(objections, []);
  });
}

t.test('every source file belongs to a part', async (t) => {
  t.strictSame(
    sources.filter((file) => partOf(file) === undefined),
    [],
  );
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
  t.strictSame(objections(channel, "import './bell.js';\nimport 'node:fs';\nimport '../errors.js';"), [
    undefined,
    `${channel}:2: channel may not import node:fs`,
    `${channel}:3: channel may not import ../errors.js`,
  ]);
  const supervisor = 'packages/host/src/supervisor/main.ts';
  t.strictSame(
    objections(supervisor, "import type { A } from '../session/session.js';\nimport '../session/session.js';"),
    [undefined, `${supervisor}:2: supervisor may not import ../session/session.js`],
  );
  const admin = 'packages/host/src/admin/index.ts';
  t.strictSame(objections(admin, "import 'fastify';\nimport type { Host } from '../host.js';"), [
    undefined,
    `${admin}:2: admin may not import types of ../host.js`,
  ]);
  const host = 'packages/host/src/gate.ts';
  t.strictSame(objections(host, "import 'pino';\nimport '@fastify/static';"), [
    undefined,
    `${host}:2: host may not import @fastify/static`,
  ]);
  const plugin = 'packages/plugins/noop/src/index.ts';
  t.strictSame(objections(plugin, "import '@gatehouse/plugin-api/hooks';\nimport '@gatehouse/host/admin';"), [
    undefined,
    `${plugin}:2: plugins may not import @gatehouse/host/admin`,
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
