// One host at a time uses a state file, and the lock outlives no host.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockStateFile } from '@gatehouse/host/internal/plugins/state-lock';
import t from 'tap';
import { openHost, openHostAt } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';

const unexpected = { takeOver: false, onUnlocked: (why: string) => t.fail(why) };

t.test('a second host on a state file is refused until the first has closed, or it takes the file', async (t) => {
  const { host, folder } = await openHost(t, {}, { enabled: [] });
  const inUse = { code: 'STATE_FILE_IN_USE', message: /\.state\.json is in use by another host of this process: / };
  await t.rejects(openHostAt(t, folder, {}), inUse);
  const { host: taker } = await openHostAt(t, folder, { takeOver: true });
  await t.rejects(openHostAt(t, folder, {}), inUse);
  await host.close();
  await t.rejects(openHostAt(t, folder, {}), inUse, 'the host that lost the file does not release it');
  await taker.close();
  await (await openHostAt(t, folder, {})).host.close();
  t.strictSame(
    (await readdir(folder)).filter((name) => name.includes('.lock')),
    [],
  );
});

t.test('a host whose file was taken stores nothing more', async (t) => {
  const { host, folder } = await openHost(t, { continues: {} }, { enabled: [] });
  const { host: taker } = await openHostAt(t, folder, { takeOver: true });
  await t.rejects(host.enable('continues'), { code: 'STATE_FILE_IN_USE' });
  t.match(await taker.enable('continues'), { enabled: true });
});

t.test('a worker of a cluster is refused while another lives, and not once that was killed', async (t) => {
  const file = join(await tempFolder(t), 'state.json');
  const holds = `const { lockStateFile } = await import(process.argv[1]);
    await lockStateFile(process.argv[2], { takeOver: false });
    console.log('held');
    setInterval(() => {}, 1000);`;
  const module = import.meta.resolve('@gatehouse/host/internal/plugins/state-lock');
  const args = ['--input-type=module', '--eval', holds, module, file];
  const other = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  const message = new RegExp(`in use by another host \\(process ${other.pid}\\): .* worker of a cluster`);
  await t.rejects(lockStateFile(file, unexpected), { code: 'STATE_FILE_IN_USE', message });
  other.kill('SIGKILL');
  await once(other, 'exit');
  await (await lockStateFile(file, unexpected)).release();
});

t.test(
  'a holder that cannot be seen, in another container say, counts as living while its lock is touched',
  async (t) => {
    const file = join(await tempFolder(t), 'state.json');
    const foreign = { pid: 1, started: '1', namespace: 'another', boot: 'another' };
    await writeFile(`${file}.lock`, JSON.stringify(foreign));
    let isOver = false;
    const refused = t.rejects(lockStateFile(file, unexpected), { code: 'STATE_FILE_IN_USE' }).finally(() => {
      isOver = true;
    });
    for (let i = 1; !isOver; i++) await utimes(`${file}.lock`, i, Date.now() / 1_000 + i);
    await refused;
    await utimes(`${file}.lock`, 1, 1);
    await (await lockStateFile(file, unexpected)).release();
  },
);

t.test('where there can be no lock, the host is told so and starts', async (t) => {
  const folder = await tempFolder(t, { file: '' });
  let why = '';
  const onUnlocked = (words: string) => {
    why = words;
  };
  const lock = await lockStateFile(join(folder, 'file', 'state.json'), { takeOver: false, onUnlocked });
  await lock.mustBeHeld();
  await lock.release();
  t.match(why, /state\.json cannot be locked: .*; let the host write to its folder, and use it with one host only$/);
});
