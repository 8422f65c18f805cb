// Runs compiled test files with tap, two at a time, each in a process of its own.
//
// tap's own command would put its TypeScript loader into every process and its workers, so that a worker starts in a
// second instead of 0.1. This does only the rest of what that command does: `t.spawn` per file.

import { t } from 'tap';
import { root } from '../setup/root.mjs';
import { endLeftovers, leads, markOf } from './leftover.mjs';
import { FileReport } from './report.mjs';
import { runsAlone } from './test-files.mjs';

const jobs = 2;
const defaults = { timeoutMs: 120_000, titles: false };

// `t.spawn` adds a loader of tap's to NODE_OPTIONS, for coverage, which is not collected here. `env` removes it
// and then becomes the test's process.
const command = 'env';
const commandArguments = [
  '-u',
  'NODE_OPTIONS',
  process.execPath,
  '--enable-source-maps',
  '--conditions=gatehouse-internal',
];

/**
 * Runs the files, prints each report as its file ends, and counts the tests at a file's top level and the broken files.
 * `titles`: print the titles of all tests. `timeoutMs`: time limit of a file.
 */
export async function runTests(files, given = {}) {
  const options = { ...defaults, ...given };
  const reports = new Map(files.map((file) => [file, new FileReport(file, options)]));
  t.setTimeout(0);
  // The results are read from tap's objects; its own output is discarded.
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

/** Gives a file's process a session of its own, and kills whatever is left of the session when the process ends. */
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

/** Closes a file's output: tap waits for that, and would do so forever if an escaped process held it open. */
function closeSoon(proc) {
  setTimeout(() => {
    proc.stdout.destroy();
    proc.stderr.destroy();
  }, 5_000).unref();
}

/** Checks once more when all have ended, to find processes that started late. */
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
