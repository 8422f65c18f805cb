// A log that cannot be written: a full disk, a closed pipe, a reader who is slow.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@gatehouse/server';
import { LogOutput } from '@gatehouse/server/internal/log/log-output';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const main = fileURLToPath(import.meta.resolve('@gatehouse/server/internal/main'));
const skip = existsSync('/dev/full') ? false : 'there is no /dev/full here';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A server whose standard output and error go there. */
async function serverLoggingTo(t: Test, out: number | 'pipe') {
  const port = await freePort();
  const args = ['--plugins=.', '--enabled=,', '--admin-port=0', `--port=${port}`, '--log-level=trace'];
  const child = spawn(process.execPath, [main, ...args], {
    cwd: await tempFolder(t),
    env: { PATH: process.env.PATH },
    stdio: ['ignore', out, out],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const listens = async () => {
    while (
      !(await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    );
  };
  return { child, url, ended, listens };
}

async function isServed(t: Test, url: string): Promise<void> {
  for (let i = 0; i < 50; i++) t.equal((await fetch(`${url}/v1/nowhere`, { method: 'POST' })).status, 404);
}

t.test(
  'a server whose log is on a full disk from the start listens, serves, and ends on SIGTERM',
  { skip },
  async (t) => {
    const full = openSync('/dev/full', 'w');
    t.teardown(() => closeSync(full));
    const { child, url, ended, listens } = await serverLoggingTo(t, full);
    await listens();
    await isServed(t, url);
    child.kill('SIGTERM');
    t.strictSame(await ended, [0, null]);
  },
);

t.test('a server whose log nobody reads any more serves on, and ends on SIGTERM', async (t) => {
  const { child, url, ended, listens } = await serverLoggingTo(t, 'pipe');
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  child.stderr!.destroy();
  await listens();
  await isServed(t, url);
  child.kill('SIGTERM');
  t.strictSame(await ended, [0, null]);
});

t.test('a logger counts the lines that it could not write', { skip }, async (t) => {
  const program = `
    import { createLogger } from ${JSON.stringify(import.meta.resolve('@gatehouse/server'))};
    const log = createLogger('info');
    for (let i = 0; i < 1000; i++) log.info('a line');
    process.stderr.write(String(log.lost));`;
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', full, 'pipe'] });
  const said: string[] = [];
  child.stderr!.on('data', (chunk) => said.push(String(chunk)));
  t.strictSame(await once(child, 'close'), [0, null]);
  t.equal(said.join(''), '1000');
  t.equal(createLogger('silent').lost, 0);
});

t.test(
  'when there is room again the log says how many lines are missing, on a line of its own',
  { skip },
  async (t) => {
    const file = join(await tempFolder(t), 'log');
    const output = new LogOutput({
      descriptor: openSync('/dev/full', 'w'),
      recovered: (lost, code) => output.write(`${lost} lost: ${code}\n`),
    });
    // The descriptor that was full becomes one of a file, as when a disk gets room.
    const { descriptor } = output;
    for (const line of ['one', 'two']) output.write(`${line}\n`);
    t.equal(output.lost, 2);
    closeSync(descriptor);
    t.equal(openSync(file, 'w'), descriptor);
    output.write('three\n');
    output.write('four\n');
    t.equal(readFileSync(file, 'utf8'), 'three\n2 lost: ENOSPC\nfour\n');
    closeSync(descriptor);
  },
);

t.test('a reader who is slow gets every line, and holds nobody up', async (t) => {
  const program = `
    import { createLogger } from ${JSON.stringify(import.meta.resolve('@gatehouse/server'))};
    const log = createLogger('info');
    for (let i = 0; i < 4000; i++) log.info({ i }, 'x'.repeat(100));
    process.stderr.write('done');
    setInterval(() => {}, 1000);
    process.on('SIGTERM', () => process.exit());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  t.equal(String((await once(child.stderr!, 'data'))[0]), 'done', 'with more written than a pipe holds');
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
    if (text.split('\n').length > 4000) child.kill('SIGTERM');
  });
  t.strictSame(await once(child, 'close'), [0, null]);
  t.strictSame(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).i),
    Array.from({ length: 4000 }, (_, i) => i),
  );
});
