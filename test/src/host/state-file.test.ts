// What is remembered of plugins across restarts, and how surely.

import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStateFile } from '@gatehouse/host/internal/plugins/state-file';
import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';

t.test('a state file that does not exist yet remembers nothing, and is not made by looking', async (t) => {
  const folder = await tempFolder(t);
  const state = await openStateFile(join(folder, 'state.json'));
  t.equal(state.of('limiter').enabled, undefined);
  t.same(await readdir(folder), []);
});

t.test('what was remembered is there after it is opened again', async (t) => {
  const path = join(await tempFolder(t), 'made', 'on', 'demand', 'state.json');
  const state = await openStateFile(path);
  await state.remember('limiter', { enabled: true });
  await state.remember('tracing', { enabled: false });
  t.equal(state.of('limiter').enabled, true);
  const again = await openStateFile(path);
  t.equal(again.of('limiter').enabled, true);
  t.equal(again.of('tracing').enabled, false);
  t.equal(again.of('noop').enabled, undefined);
});

t.test('a file that an editor has put a byte order mark in front of is read', async (t) => {
  const folder = await tempFolder(t, { 'state.json': '\uFEFF{"version":1,"plugins":{"limiter":{"enabled":true}}}' });
  t.equal((await openStateFile(join(folder, 'state.json'))).of('limiter').enabled, true);
});

t.test('the file is readable by its owner only, and nothing else is left in the folder', async (t) => {
  const folder = await tempFolder(t, { 'state.json': { version: 1, plugins: {} } });
  await chmod(join(folder, 'state.json'), 0o644);
  const state = await openStateFile(join(folder, 'state.json'));
  await state.remember('limiter', { enabled: true });
  t.equal((await stat(join(folder, 'state.json'))).mode & 0o777, 0o600);
  t.same(await readdir(folder), ['state.json']);
});

t.test('many changes at once are all remembered, in their order', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  const state = await openStateFile(path);
  const names = Array.from({ length: 20 }, (_, i) => `plugin-${i}`);
  await Promise.all([
    ...names.map((name) => state.remember(name, { enabled: true })),
    ...names.map((name, i) => state.remember(name, { enabled: i % 2 === 0 })),
  ]);
  const again = await openStateFile(path);
  for (const [i, name] of names.entries()) t.equal(again.of(name).enabled, i % 2 === 0);
});

t.test('a reader never meets half a file', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  const state = await openStateFile(path);
  await state.remember('limiter', { enabled: true });
  let writing = true;
  const written = Promise.all(
    Array.from({ length: 50 }, (_, i) => state.remember('limiter', { enabled: i % 2 === 0 })),
  ).finally(() => {
    writing = false;
  });
  while (writing) t.equal(JSON.parse(await readFile(path, 'utf8')).version, 1);
  await written;
});

t.test('what is already so is not written again', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  const state = await openStateFile(path);
  await state.remember('limiter', { enabled: true });
  const { ino } = await stat(path);
  await state.remember('limiter', { enabled: true });
  t.equal((await stat(path)).ino, ino);
});

t.test('one thing is remembered of a plugin without forgetting another', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  const state = await openStateFile(path);
  await state.remember('limiter', { enabled: true });
  await state.remember('limiter', { hooks: ['onAuth'] });
  t.same((await openStateFile(path)).of('limiter'), { enabled: true, hooks: ['onAuth'] });
});

t.test('keys that a newer version keeps of a plugin survive a change', async (t) => {
  const plugins = { limiter: { enabled: false, pinned: { to: 1 } }, other: { pinned: {} } };
  const folder = await tempFolder(t, { 'state.json': { version: 1, plugins } });
  const state = await openStateFile(join(folder, 'state.json'));
  t.equal(state.of('other').enabled, undefined);
  await state.remember('limiter', { enabled: true });
  t.same(JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')).plugins, {
    limiter: { enabled: true, pinned: { to: 1 } },
    other: { pinned: {} },
  });
});

const garbled: readonly (readonly [what: string, content: string, expected: string])[] = [
  ['empty', '', 'JSON'],
  ['cut off', '{"version":1,"plug', 'JSON'],
  ['of a newer version', '{"version":2,"plugins":{}}', 'version: expected 1, got 2'],
  ['without a version', '{"plugins":{}}', 'version: expected 1, got none'],
  ['a list', '[]', 'the file: expected an object'],
  ['without plugins', '{"version":1}', 'plugins: expected an object'],
  [
    'wrong about a quarantine',
    '{"version":1,"plugins":{"limiter":{"quarantine":{"reason":7}}}}',
    'plugins.limiter.quarantine: expected a reason and a time',
  ],
  [
    'wrong about a plugin',
    '{"version":1,"plugins":{"a":{"enabled":"yes"}}}',
    'plugins.a.enabled: expected true or false',
  ],
  [
    'wrong about a place',
    '{"version":1,"plugins":{"a":{"place":1}}}',
    'plugins.a: expected place and folder to be text',
  ],
  ['wrong about hooks', '{"version":1,"plugins":{"a":{"hooks":[1]}}}', 'plugins.a.hooks: expected a list of names'],
];

for (const [what, content, expected] of garbled) {
  t.test(`a state file that is ${what} is refused and left as it is`, async (t) => {
    const path = join(await tempFolder(t), 'state.json');
    await writeFile(path, content);
    const error = await openStateFile(path).catch((error: unknown) => error);
    t.match(error, { code: 'STATE_FILE_INVALID' });
    for (const words of [path, expected, 'mend it, or remove it']) {
      t.ok((error as Error).message.includes(words), `${(error as Error).message} says ${words}`);
    }
    t.equal(await readFile(path, 'utf8'), content);
  });
}

t.test('a state file that cannot be read is refused', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  await mkdir(path);
  await t.rejects(openStateFile(path), { code: 'STATE_FILE_INVALID' });
});

t.test('a change that cannot be written is an error, changes nothing, and does not stop the next', async (t) => {
  const folder = await tempFolder(t);
  const path = join(folder, 'state.json');
  const state = await openStateFile(path);
  await mkdir(join(path, 'in-the-way'), { recursive: true });
  await t.rejects(state.remember('limiter', { enabled: true }), { code: 'STATE_FILE_WRITE_FAILED' });
  t.equal(state.of('limiter').enabled, undefined);
  t.same(await readdir(folder), ['state.json']);
  await rm(path, { recursive: true });
  await state.remember('limiter', { enabled: true });
  t.equal((await openStateFile(path)).of('limiter').enabled, true);
});

t.test('what is held holds at once, and a write that fails is made up for by the next', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  const state = await openStateFile(path);
  await mkdir(join(path, 'in-the-way'), { recursive: true });
  await t.rejects(state.hold('limiter', { enabled: false }), { code: 'STATE_FILE_WRITE_FAILED' });
  t.equal(state.of('limiter').enabled, false);
  t.match([...state.notWritten], [['limiter', /cannot be written/]]);
  await t.rejects(state.remember('tracing', { enabled: true }), { code: 'STATE_FILE_WRITE_FAILED' });
  t.same([...state.notWritten.keys()], ['limiter'], 'what was not to hold without being written does not');
  await rm(path, { recursive: true });
  await state.remember('noop', { enabled: true });
  t.same([...state.notWritten], []);
  const again = await openStateFile(path);
  t.same(
    [again.of('limiter').enabled, again.of('tracing').enabled, again.of('noop').enabled],
    [false, undefined, true],
  );
});

t.test('what is held while a change is being written is not lost by it', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  const state = await openStateFile(path);
  await Promise.all([state.remember('a', { hooks: ['onAuth'] }), state.hold('a', { enabled: false })]);
  t.same((await openStateFile(path)).of('a'), { enabled: false, hooks: ['onAuth'] });
});

t.test('without a path it is remembered until the end', async (t) => {
  const state = await openStateFile(undefined);
  await state.remember('limiter', { enabled: true });
  t.equal(state.of('limiter').enabled, true);
});
