// Threads that cannot be ended: counted, told, and never waited for.

import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ThreadEnds } from '@gatehouse/host/internal/supervisor/runners/thread-ends';
import t from 'tap';
import { pluginFolder } from '../support/open-host.js';

interface Outcome {
  readonly stdout: string;
  readonly signal: string | undefined;
  readonly ms: number;
}

/** Runs a program of test/fixtures to its end. */
function run(program: string, ...args: readonly string[]): Promise<Outcome> {
  const script = fileURLToPath(new URL(`../../fixtures/${program}`, import.meta.url));
  const from = performance.now();
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { timeout: 60_000, killSignal: 'SIGKILL' }, (error, stdout) => {
      resolve({ stdout, signal: error?.signal ?? undefined, ms: performance.now() - from });
    });
  });
}

t.test('a thread that cannot be ended is counted, replaced, and holds up neither close nor the end', async (t) => {
  const folder = await pluginFolder(t, { 'hashes-for-ever': { deadlineMs: 100 }, continues: {} });
  const { stdout, signal } = await run('leaves-a-zombie.mjs', folder);
  const [status, closed] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.same(status, { state: 'ready', zombies: 1 });
  t.ok(closed.closedMs < 10_000, `${closed.closedMs} ms`);
  t.equal(signal, 'SIGTERM', 'ended by a signal, as Node itself would wait for the thread');
});

t.test('a thread that ends late was a zombie until then', async (t) => {
  const told: string[] = [];
  await new Promise<void>((resolve) => {
    const ends = new ThreadEnds({
      zombie: () => {
        told.push('zombie');
        worker.terminate();
      },
      buried: (_, afterMs) => {
        told.push('buried');
        t.ok(afterMs >= 1999, `${afterMs} ms`);
        resolve();
      },
    });
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
    ends.add(worker.threadId, worker);
    ends.told(worker.threadId);
    ends.allGone().then(() => told.push('given up'));
  });
  t.same(told, ['zombie', 'given up', 'buried']);
});

t.test('a process that ends late was a zombie until then', async (t) => {
  const told: string[] = [];
  const child = spawn(process.execPath, ['--eval=setInterval(() => {}, 1000)']);
  const { pid = 0 } = child;
  const zombie = (id: number) => {
    told.push(`zombie ${id}`);
    child.kill('SIGKILL');
  };
  await new Promise<void>((resolve) => {
    const buried = (id: number) => {
      told.push(`buried ${id}`);
      resolve();
    };
    const ends = new ThreadEnds({ zombie, buried });
    ends.add(pid, child);
    ends.told(pid);
  });
  t.same(told, [`zombie ${pid}`, `buried ${pid}`]);
});

t.test('a thread that ends in time is nobody’s concern', async (t) => {
  const ends = new ThreadEnds({ zombie: () => t.fail(), buried: () => t.fail() });
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  ends.add(worker.threadId, worker);
  ends.told(worker.threadId);
  ends.told(worker.threadId);
  worker.terminate();
  await ends.allGone();
  ends.told(worker.threadId);
});
