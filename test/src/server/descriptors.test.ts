// A server whose clients use up the descriptors of its process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const main = fileURLToPath(import.meta.resolve('@gatehouse/server/internal/main'));
const skip = process.platform === 'win32' ? 'there is no such limit' : false;

async function limitedTo(t: Test, descriptors: number) {
  const args = [main, '--plugins=.', '--enabled=,', '--port=0', '--admin-port=0'];
  const child = spawn('sh', ['-c', `ulimit -n ${descriptors} && exec "$@"`, 'sh', process.execPath, ...args], {
    cwd: await tempFolder(t),
    env: { PATH: process.env.PATH },
  });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** Whether the server keeps the connection: it answers on it, or ends it. */
function opened(t: Test, port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  return new Promise((resolve) => {
    socket.once('data', () => resolve(socket)).on('error', () => {});
    socket.once('close', () => resolve(undefined));
  });
}

/** What the server reports of itself to anybody. */
async function health(adminUrl: string): Promise<unknown> {
  return (await fetch(`${adminUrl}/health`)).json();
}

const portOf = (url: string) => Number(new URL(url).port);

t.test(
  'clients are refused before the descriptors run out, operators are not, and nothing else fails',
  { skip },
  async (t) => {
    const child = await limitedTo(t, 400);
    const log: string[] = [];
    const lines = createInterface({ input: child.stdout }).on('line', (line) => log.push(line));
    const found = (pattern: RegExp) => pattern.exec(log.join('\n'))?.[1];
    while (found(/operators: (\S+)/) === undefined) await once(lines, 'line');
    const [url, adminUrl] = [found(/clients: (\S+)\/v1/)!, found(/operators: (\S+)/)!];
    const attempts = await Promise.all(Array.from({ length: 500 }, () => opened(t, portOf(url))));
    const kept = attempts.filter((socket) => socket !== undefined);
    t.ok(kept.length >= 16 && kept.length <= 400 - 256, `${kept.length} of 500`);
    t.equal(await opened(t, portOf(url)), undefined);
    t.equal((await fetch(`${adminUrl}/readyz`)).status, 200, 'operators come in, and the store writes');
    t.match(log.join('\n'), /connections are open, as many as the limit of descriptors permits/);
    t.match(await health(adminUrl), {
      status: 'degraded',
      conditions: [{ name: 'descriptors', makesUnready: false }],
    });
    const ended = once(kept[0]!, 'close');
    kept[0]!.destroy();
    await ended;
    while ((await opened(t, portOf(url))) === undefined);
    child.kill('SIGTERM');
    t.strictSame(await once(child, 'exit'), [0, null]);
  },
);

t.test('with too few descriptors the server says so, and how many it needs', { skip }, async (t) => {
  for (const limit of [40, 200]) {
    const child = await limitedTo(t, limit);
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    t.equal(code, 1);
    const sentence = `this process may open ${limit} descriptors and needs 336: raise the limit (ulimit -n, LimitNOFILE=)`;
    t.equal(said, `gatehouse: ${sentence}\n`, 'and says nothing else');
  }
});
