// The command, as a process.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { pluginFolder } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';
import { serverProcess, spawnServer } from './server-process.js';

t.test('it says where it listens and where the token is, and closes on SIGTERM', async (t) => {
  const folder = await tempFolder(t, { 'plugins/noop.js': 'export default {}' });
  const data = join(folder, 'data');
  const child = spawnServer(t, { GATEHOUSE_DATA_FOLDER: data, GATEHOUSE_PLUGINS: join(folder, 'plugins') });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(JSON.parse(line).msg);
    if (lines.at(-1)?.startsWith('operators: ')) break;
  }
  const said = lines.join('\n');
  const url = /clients: (\S+)\/v1/.exec(said)?.[1];
  t.equal((await fetch(`${url}/livez`)).status, 200);
  const token = (await readFile(join(data, 'admin-token'), 'utf8')).trim();
  t.match(said, join(data, 'admin-token'));
  t.notMatch(said, token, 'the token itself is not printed');
  child.stdout!.resume();
  child.kill('SIGTERM');
  t.strictSame(await once(child, 'exit'), [0, null]);
});

t.test('it ends with the names of the settings that are wrong', async (t) => {
  const child = spawnServer(t, { GATEHOUSE_GATHER_MAX: 'many', GATEHOUSE_DATA_FOLDER: await tempFolder(t) });
  const chunks: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  t.equal(code, 2);
  t.equal(
    chunks.join(''),
    'gatehouse: gatherMax (GATEHOUSE_GATHER_MAX) is wrong: expected a whole number from 1 to 1024, found "many"\n',
  );
});

t.test('it starts and ends within 10 s each, although a plugin can be neither started nor ended', async (t) => {
  const plugins = await pluginFolder(t, { 'hashes-in-start': {} });
  const enabled = 'hashes-in-start';
  const data = await tempFolder(t);
  const child = spawnServer(t, { GATEHOUSE_DATA_FOLDER: data, GATEHOUSE_PLUGINS: plugins, GATEHOUSE_ENABLED: enabled });
  let from = performance.now();
  for await (const line of createInterface({ input: child.stdout! })) {
    if (JSON.parse(line).msg.startsWith('operators: ')) break;
  }
  t.ok(performance.now() - from < 10_000);
  child.stdout!.resume();
  from = performance.now();
  child.kill('SIGTERM');
  await once(child, 'exit');
  t.ok(performance.now() - from < 10_000, `${performance.now() - from} ms`);
});

t.test(
  'it drains and ends with exit code 3 when the supervisor of its plugins is lost',
  { skip: process.platform === 'win32' && 'there is no such signal' },
  async (t) => {
    const atHand = new URL('../../fixtures/ends-supervisors-on-signal.mjs', import.meta.url).href;
    const env = {
      GATEHOUSE_DATA_FOLDER: await tempFolder(t),
      GATEHOUSE_PLUGINS: await pluginFolder(t, { continues: {} }),
      GATEHOUSE_ENABLED: 'continues',
    };
    const { signal, logged, ended, url, log } = await serverProcess(t, env, [`--import=${atHand}`]);
    for (const end of [1, 2]) {
      signal('SIGUSR2');
      await logged(/^another supervisor runs, after: /, end);
    }
    t.equal((await fetch(`${url}/livez`)).status, 200, 'two ends are survived');
    signal('SIGUSR2');
    t.strictSame(await ended, [3, null]);
    t.ok(log.some((line) => /^closing, because no plugin can run any more: supervisor: lost: /.test(line)));
    t.equal(log.at(-1), 'closed');
  },
);
