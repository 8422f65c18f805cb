// What the README shows works as it stands there.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { message } from './support/events.js';
import { openHostAt } from './support/open-host.js';
import { tempFolder } from './support/temp-folder.js';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

/** The block of code under a heading. */
function codeUnder(heading: string): string {
  const section = readme.slice(readme.indexOf(`## ${heading}`));
  return /```js\n([\s\S]*?)```/.exec(section)![1]!;
}

const plugin = codeUnder('A plugin in ten lines');

t.test('the plugin of the README is ten lines, and guards', async (t) => {
  t.ok(plugin.trimEnd().split('\n').length <= 10);
  const folder = await tempFolder(t);
  await writeFile(join(folder, 'quiet-hours.mjs'), plugin);
  const { host, log } = await openHostAt(t, folder, { enabled: ['quiet-hours'] });
  t.same(host.onMessageEnqueue(message(10)), { action: 'continue' });
  t.match(host.onMessageEnqueue(message(60_000)), { action: 'reject', reason: 'only short messages at night' });
  t.match(await log.until('too long for the night'), [{ plugin: 'quiet-hours', fields: { seq: '1' } }]);
});

t.test('the embedding of the README is five lines, and hosts it', async (t) => {
  const embedding = codeUnder('The host in five lines');
  t.ok(
    embedding
      .trim()
      .split('\n')
      .filter((line) => line !== '').length <= 5,
  );
  const folder = await tempFolder(t, { 'plugins/quiet-hours.mjs': '' });
  await writeFile(join(folder, 'plugins', 'quiet-hours.mjs'), plugin);
  await symlink(modules, join(folder, 'node_modules'));
  const before = `const recipientKey = new Uint8Array(32), channelId = new Uint8Array(16), payload = new Uint8Array(9), seq = 1n;
const store = async (bytes) => process.stderr.write('stored ' + bytes.length);\n`;
  await writeFile(join(folder, 'server.mjs'), `${embedding}await host.close();\n`.replace('\n\n', `\n\n${before}`));
  const server = spawn(process.execPath, ['server.mjs'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([text(server.stderr), once(server, 'exit')]);
  t.equal(said, 'stored 9');
  t.equal(code, 0);
});
