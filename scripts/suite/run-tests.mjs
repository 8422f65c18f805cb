// Runs compiled test files with tap, two at a time, each in a process of its own.
//
// tap's own command would put its TypeScript loader into every process, and its workers, which makes a worker
// start in a second instead of in 0.1. So this does what that command does, `t.spawn` per file, and no more.

import { t } from 'tap';
import { root } from '../setup/root.mjs';
import { endLeftovers, leads, markOf } from './leftover.mjs';
import { FileReport } from './report.mjs';
import { runsAlone } from './test-files.mjs';

const jobs = 2;
const defaults = { timeoutMs: 120_000, titles: false };

// `t.spawn` adds a loader of tap's to NODE_OPTIONS, for coverage that nobody collects here. `env` takes it out
// again and then becomes the test's process.
const command = 'env';
const commandArguments = [
  '-u',
  'NODE_OPTIONS',
  process.execPath,
  '--enable-source-maps',
  '--conditions=gatehouse-internal',
];

/**
 * Runs the files, prints as they end, and counts: every test at a file's top level, and every file that broke.
 * `titles`: print those of all tests. `timeoutMs`: how long a file may take.
 */
export async function runTests(files, given = {}) {
  const options = { ...defaults, ...given };
  const reports = new Map(files.map((file) => [file, new FileReport(file, options)]));
  t.setTimeout(0);
  // The results are read from tap's objects; its own output goes nowhere.
  t.register();
  t.resume();
  t.jobs = jobs;
  t.on('spawn', (child) => {
    reports.get(child.name).watch(child);
    guard(child, reports.get(child.name));
  });
  endOnSignal();
  const counts = await Promise.all(files.map((file) => runFile(file, reports.get(file), options.timeoutMs)));
  counts.push(await checkLeftovers());
  t.end();
  return {
    passed: counts.reduce((sum, one) => sum + one.passed, 0),
    failed: counts.reduce((sum, one) => sum + one.failed, 0),
  };
}

async function runFile(file, report, timeoutMs) {
  const results = await t.spawn(command, [...commandArguments, file], {
    name: file,
    buffered: !runsAlone(file),
    timeout: timeoutMs,
    stdio: 'pipe',
    cwd: root,
    env: { ...process.env, ...markOf(file), TAP_TIMEOUT: String(timeoutMs / 1000) },
  });
  return report.finish(results, await report.leftBehind);
}

/** Gives a file's process a session of its own, and ends what is left of it after its process. */
function guard(child, report) {
  child.on('preprocess', (spawning) => {
    spawning.detached = true;
  });
  child.on('process', (proc) => {
    leads(proc.pid, child.name);
    proc.once('exit', () => {
      report.leftBehind = endLeftovers(child.name).finally(() => closeSoon(proc));
    });
  });
}

/** tap waits until a file's output is closed, and would for ever if a process that escaped us held it open. */
function closeSoon(proc) {
  setTimeout(() => {
    proc.stdout.destroy();
    proc.stderr.destroy();
  }, 5_000).unref();
}

/** What came up late is looked for once more when all have ended. */
async function checkLeftovers() {
  const found = await endLeftovers();
  for (const { pid, file } of found) console.log(`FAIL  ${file} left process ${pid} behind`);
  if (found.length === 0) console.log('ok    no process is left behind');
  return { passed: found.length === 0 ? 1 : 0, failed: found.length };
}

function endOnSignal() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, async () => {
      await endLeftovers(undefined, 0);
      process.exit(1);
    });
  }
}
