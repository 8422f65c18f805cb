// `npm start` as operators run it: what signals to npm, and to the whole group of a terminal, do to the server.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { root } from './laws/files.js';
import { tempFolder } from './support/temp-folder.js';

/** Resolves once the server listens, with the lines that it logs. */
async function npmStart(t: Test) {
  const flags = ['--port=0', '--admin-port=0', '--enabled=', `--data-folder=${join(await tempFolder(t), 'data')}`];
  const npm = spawn('npm', ['start', '--', ...flags], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  t.teardown(() => signalGroup(npm, 'SIGKILL'));
  const log: string[] = [];
  const lines = createInterface({ input: npm.stdout! });
  const announced = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      log.push(line);
      if (line.includes('operators: ')) resolve();
    });
  });
  const closed = once(lines, 'close');
  await announced;
  return { npm, log, closed };
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-pid!, name);
  } catch {
    // It has ended by itself.
  }
}

const skip = process.platform === 'win32' && 'there are no process groups';

t.test('SIGTERM to npm reaches the server, and npm waits for its end', { skip }, async (t) => {
  const { npm, log, closed } = await npmStart(t);
  const exited = once(npm, 'exit');
  npm.kill('SIGTERM');
  t.strictSame(await exited, [0, null]);
  await closed;
  t.match(log.at(-1), '"closed"');
});

t.test('a Ctrl-C, which both the terminal and npm send, counts once', { skip }, async (t) => {
  const { npm, log, closed } = await npmStart(t);
  const exited = once(npm, 'exit');
  signalGroup(npm, 'SIGINT');
  t.strictSame(await exited, [0, null]);
  await closed;
  t.match(log.at(-1), '"closed"');
});
