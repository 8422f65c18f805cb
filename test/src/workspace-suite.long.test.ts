// How the suite is run: what counts as passed and failed, and in what processes tests live.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { root } from './laws/files.js';

const passing = "import t from 'tap';\nt.test('passes', async (t) => t.ok(true));\n";

interface Run {
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
}

/** Runs one test file as the suite does, in a suite of its own. */
async function runFile(t: Test, source: string, timeoutMs = 60_000): Promise<Run> {
  const file = join(t.testdir({ 'one.test.mjs': source }), 'one.test.mjs');
  const suite = `
    import { runTests } from './scripts/suite/run-tests.mjs';
    const counts = await runTests([${JSON.stringify(file)}], { timeoutMs: ${timeoutMs} });
    console.log(JSON.stringify(counts));
    process.exit(0);
  `;
  const arguments_ = ['--input-type=module', '--eval', suite];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TAP')));
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd: root, env });
  const lines = stdout.trimEnd().split('\n');
  return { ...JSON.parse(lines.pop() ?? ''), output: lines.join('\n') };
}

// Of every run one that passed is the look for processes that were left behind.
const looked = 1;

t.test('every test at the top level of a file is counted', async (t) => {
  const run = await runFile(t, `${passing}t.test('fails', async (t) => t.equal(1, 2, 'one is two'));`);
  t.match(run, { passed: 1 + looked, failed: 1, output: /fails > one is two/ });
});

t.test('a file that dies has failed, though its tests passed until then', async (t) => {
  const run = await runFile(t, `${passing}process.on('exit', () => process.kill(process.pid, 'SIGKILL'));`);
  t.match(run, { passed: 1 + looked, failed: 1, output: /ended by SIGKILL/ });
});

t.test('a file that cannot be loaded has failed', async (t) => {
  const run = await runFile(t, "import './nowhere.mjs';");
  t.match(run, { passed: looked, failed: 1, output: /no test ran.*nowhere/s });
});

t.test('a file that tests nothing has failed', async (t) => {
  t.match(await runFile(t, ''), { passed: looked, failed: 1, output: /no test ran/ });
});

t.test('a file that spins is ended when its time is over', async (t) => {
  const run = await runFile(t, `${passing}t.test('spins', async () => { for (;;); });`, 1_000);
  t.match(run, { passed: 1 + looked, failed: 1, output: /timed out/ });
});

t.test('a process that a file leaves behind is a failure of that file, and is ended', async (t) => {
  const leaves = `
    import { spawn } from 'node:child_process';
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'inherit' }).unref();
  `;
  const run = await runFile(t, leaves + passing);
  t.match(run, { passed: 1 + looked, failed: 1, output: /left process \d+ behind/ });
  t.notOk(await isAlive(/left process (\d+)/.exec(run.output)?.[1]));
});

/** A process that nobody has asked how it ended stays in the table, as a zombie: Z. */
async function isAlive(pid: string | undefined): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) Z/.test(stat);
}

t.test('tests and their workers are compiled code without a loader', async (t) => {
  // On some versions of Node tap itself puts a flag about warnings there.
  t.notMatch(process.env.NODE_OPTIONS ?? '', /--(?:import|require|loader|experimental-loader)/);
  t.strictSame(process.execArgv, ['--enable-source-maps', '--conditions=gatehouse-internal']);
  const worker = new Worker("require('worker_threads').parentPort.postMessage(process.execArgv)", { eval: true });
  const [execArgv] = await new Promise<unknown[]>((resolve) => worker.once('message', (...got) => resolve(got)));
  t.strictSame(execArgv, ['--enable-source-maps', '--conditions=gatehouse-internal']);
});
