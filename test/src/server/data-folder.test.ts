// What the server keeps in its folder beside the store: secrets, and a lock.

import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingTable } from '@gatehouse/server';
import { openDataFolder } from '@gatehouse/server/internal/data-folder/data-folder';
import { lockFolder } from '@gatehouse/server/internal/data-folder/folder-lock';
import { keptSecret } from '@gatehouse/server/internal/data-folder/secret-file';
import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

t.test('a secret is made once, kept, and readable by its owner alone', async (t) => {
  const folder = await tempFolder(t);
  const path = join(folder, 'secret');
  t.equal(await keptSecret(path, () => 'first'), 'first');
  t.equal(await modeOf(path), '600');
  t.equal(await keptSecret(path, () => t.fail('made again') as never), 'first');
  t.strictSame(await readdir(folder), ['secret'], 'nothing else is left behind');
});

t.test('a secret that others may read, or that is empty, is not used', async (t) => {
  const path = join(await tempFolder(t), 'secret');
  await writeFile(path, 'known');
  await chmod(path, 0o644);
  await t.rejects(
    keptSecret(path, () => 'new'),
    { name: 'FolderError', message: /may be read by others \(mode 644\)/ },
  );
  await writeFile(path, '');
  await chmod(path, 0o600);
  await t.rejects(
    keptSecret(path, () => 'new'),
    { name: 'FolderError', message: /is empty/ },
  );
});

t.test('a file without a usable admin token is refused with a sentence that does not quote it', async (t) => {
  const path = await tempFolder(t);
  const folder = await openDataFolder(path);
  t.teardown(() => folder.release());
  const rule = settingTable.adminToken.kind;
  for (const [token, found] of [
    ['', 0],
    ['s3cret', 6],
    ['two words of a token', 20],
  ] as const) {
    await writeFile(join(path, 'admin-token'), `\uFEFF${token}\r\n`, { mode: 0o600 });
    const message = `${path}/admin-token holds no usable admin token: expected at least 16 characters without spaces, found ${found} characters; put one in, or remove the file, and the server makes a new one`;
    await t.rejects(folder.adminToken(rule), { name: 'FolderError', fault: 'unusable', message });
  }
  await writeFile(join(path, 'admin-token'), '\uFEFFan-admin-token-of-mine\r\n');
  t.equal(await folder.adminToken(rule), 'an-admin-token-of-mine');
});

t.test('a secret of OPAQUE that is damaged is found at the start', async (t) => {
  const path = await tempFolder(t);
  const folder = await openDataFolder(path);
  t.teardown(() => folder.release());
  const setup = await folder.opaqueSetup();
  t.equal(await folder.opaqueSetup(), setup);
  await writeFile(join(path, 'opaque-setup'), setup.slice(1));
  await t.rejects(folder.opaqueSetup(), { name: 'FolderError', message: /opaque-setup is damaged, .+ from a backup$/ });
});

const usedParts = { 'plugins.json': '{}', 'opaque-setup': 'secret', 'store/data.mdb': 'messages' };

for (const [part, lost] of [
  ['store/data.mdb', /its store is gone or empty: .*--begin-anew.* without the messages and accounts/],
  ['opaque-setup', /its file opaque-setup is gone or empty.*--begin-anew/],
] as const) {
  t.test(`a folder that was used and has lost ${part} is refused, unless a server is to begin anew`, async (t) => {
    for (const text of ['', undefined]) {
      const { [part]: _, ...others } = usedParts;
      const path = await tempFolder(t, text === undefined ? others : { ...others, [part]: text });
      await t.rejects(openDataFolder(path), { name: 'FolderError', fault: 'unusable', message: lost });
      const anew = await openDataFolder(path, { beginAnew: true });
      await anew.release();
      t.notOk((await readdir(path)).includes('server.lock'), 'and the lock is free again each time');
    }
  });
}

t.test('a folder in which no server has served yet is none that has lost something', async (t) => {
  for (const prepared of ['opaque-setup', 'plugins.json']) {
    const folder = await openDataFolder(await tempFolder(t, { [prepared]: 'x' }));
    await folder.release();
  }
});

t.test('a folder has one server at a time', async (t) => {
  const path = join(await tempFolder(t), 'data');
  const first = await openDataFolder(path);
  t.equal(await modeOf(path), '700');
  await t.rejects(openDataFolder(path), { message: /in use by process \d+/ });
  await first.release();
  await (await openDataFolder(path)).release();
});

t.test('a lock whose process is gone, or is another one by now, counts for nothing', async (t) => {
  const path = join(await tempFolder(t), 'lock');
  const abandoned = {
    'a process that is gone': '{"pid":2147483646,"started":"1"}',
    'a number that was used again': `{"pid":${process.pid},"started":"1"}`,
    'half a lock': '{"pid":',
  };
  for (const [what, content] of Object.entries(abandoned)) {
    await writeFile(path, content);
    const release = await lockFolder(path);
    t.match(await readFile(path, 'utf8'), `"pid":${process.pid}`, what);
    await release();
  }
});

t.test('of many who want a lock at once, one gets it', async (t) => {
  const path = join(await tempFolder(t), 'lock');
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(path)));
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
});
