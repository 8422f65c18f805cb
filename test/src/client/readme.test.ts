// What the README of the client shows works as it stands there.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { connected, text, textOf } from '../support/connected.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

const readme = await readFile(new URL('../../../packages/client/README.md', import.meta.url), 'utf8');
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const example = /```js\n([\s\S]*?)```/.exec(readme)![1]!;

t.test('the example is ten lines, and talks to a real server', async (t) => {
  t.equal(example.trimEnd().split('\n').length, 10);
  const { url, told, toldOf } = await smallServer(t);
  const gatehouse = connected(url);
  const { identity } = await gatehouse.register({ username: 'bob', password: 'secret' });
  const bob = await gatehouse.login({ username: 'bob', password: 'secret' });
  const folder = await tempFolder(t);
  await symlink(modules, join(folder, 'node_modules'));
  const program = `const bobsKey = '${identity.key}';\n${example.replace('https://gatehouse.example', url)}`;
  await writeFile(join(folder, 'alice.mjs'), program.replace(/^(.*\n)(import .*\n)/, '$2$1'));
  const opened = toldOf('onChannelCreated');
  const alice = spawn(process.execPath, ['alice.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => alice.kill());

  const lines = createInterface({ input: alice.stdout })[Symbol.asyncIterator]();
  await opened;
  const { channelId } = told.onChannelCreated[0]!;
  const channel = bob.channel(Buffer.from(channelId).toString('base64url'));
  t.strictSame((await channel.fetch({ waitMs: 30_000 })).map(textOf), ['hello']);
  await channel.send(text('hello yourself'));
  t.equal((await lines.next()).value, 'hello yourself');
  alice.kill();
  await once(alice, 'close');
});
