// The lock of a data folder, wanted by many processes at once.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const rounds = 150;
const dead = { pid: 2_147_483_646, started: '1' };

async function processes(t: Test, count: number): Promise<readonly ChildProcess[]> {
  const file = fileURLToPath(new URL('./locks-folder.js', import.meta.url));
  const children = Array.from({ length: count }, () => fork(file, { execArgv: ['--conditions=gatehouse-internal'] }));
  t.teardown(() => children.map((child) => child.kill('SIGKILL')));
  await Promise.all(children.map((child) => once(child, 'message')));
  return children;
}

/** Sends the order to all at once, and resolves to their answers. */
async function all(children: readonly ChildProcess[], order: object): Promise<readonly string[]> {
  const answers = children.map(async (child) => (await once(child, 'message'))[0]);
  for (const child of children) child.send(order);
  return Promise.all(answers);
}

t.test('of many processes that find the lock of a dead one, exactly one gets it', async (t) => {
  const folder = await tempFolder(t);
  const path = join(folder, 'server.lock');
  const children = await processes(t, 6);
  const holders: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await writeFile(path, JSON.stringify({ ...dead, id: round }));
    const answers = await all(children, { lock: path });
    const held = answers.flatMap((answer, i) => (answer === 'held' ? [i] : []));
    holders.push(held.length);
    if (held.length === 1) t.equal(JSON.parse(await readFile(path, 'utf8')).pid, children[held[0]!]!.pid);
    await all(children, {});
  }
  t.strictSame(
    holders.filter((count) => count !== 1),
    [],
    `holders in ${rounds} rounds, where there is not one`,
  );
  t.strictSame(await readdir(folder), [], 'nothing is left behind');
});

t.test('a lock is free again after its holder and whoever was about to replace it were killed', async (t) => {
  const folder = await tempFolder(t);
  const path = join(folder, 'server.lock');
  for (let round = 0; round < 10; round++) {
    const children = await processes(t, 4);
    await writeFile(path, JSON.stringify({ ...dead, id: round }));
    for (const child of children) child.send({ lock: path });
    // At any moment: some are in the middle of it.
    await once(children[round % 4]!, 'message');
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
    const [next] = await processes(t, 1);
    t.strictSame(await all([next!], { lock: path }), ['held']);
    await all([next!], {});
  }
});
