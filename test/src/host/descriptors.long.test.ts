// Descriptors: a process that has none left, and how many plugins leave open.

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openHost, pluginFolder } from '../support/open-host.js';

const isPosix = process.platform !== 'win32';

/** Runs a program of test/fixtures with so many descriptors; what it printed. */
function runWith(descriptors: number, program: string, ...args: readonly string[]): Promise<readonly object[]> {
  const script = fileURLToPath(new URL(`../../fixtures/${program}`, import.meta.url));
  const node = [process.execPath, '--conditions=gatehouse-internal'];
  const line = ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, ...node, script, ...args];
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', line, { timeout: 90_000, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else
        resolve(
          stdout
            .trim()
            .split('\n')
            .map((one) => JSON.parse(one)),
        );
    });
  });
}

for (const isolation of ['hardened-thread', 'process']) {
  t.test(
    `plugins in a ${isolation} outlive that descriptors run out, and one that crashed meanwhile comes back`,
    { skip: !isPosix && 'there is no ulimit' },
    async (t) => {
      const guard = { fixture: 'exits-in-gate' };
      const folder = await pluginFolder(t, { guard, observes: {} });
      const said = Object.assign({}, ...(await runWith(256, 'runs-out-of-descriptors.mjs', folder, isolation)));
      t.match(said, {
        before: { action: 'continue' },
        out: { action: 'continue' },
        crash: { action: 'defer', cause: 'crashed' },
        supervisor: { state: 'running', ends: 0 },
        state: 'restarting',
        states: ['ready', 'ready'],
        down: { action: 'defer', cause: 'unavailable' },
        after: { action: 'continue' },
      });
      t.comment(said);
      t.ok(said.backMs < 30_000, `${said.backMs} ms`);
    },
  );
}

t.test(
  '40 times enabled and disabled, a plugin leaves as many descriptors open as there were',
  { skip: process.platform !== 'linux' && 'they cannot be counted' },
  async (t) => {
    const { host } = await openHost(t, { continues: {} });
    const once = async () => {
      await host.disable('continues');
      await host.enable('continues');
    };
    await once();
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let i = 0; i < 40; i++) await once();
    const after = open();
    t.comment(`${before} before, ${after} after`);
    t.ok(Math.abs(after - before) <= 5, `${before} before, ${after} after`);
  },
);

t.test(
  'a time limit without descriptors is an error, and does not end the process',
  { skip: !isPosix && 'there is no ulimit' },
  async (t) => {
    const [said] = await runWith(128, 'limits-time-without-descriptors.mjs');
    t.match(said, { refused: /^EMFILE: this process has no descriptors left/, after: 'done' });
  },
);
