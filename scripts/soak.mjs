// `npm run soak -- --minutes N`: runs a host under 5,000 messages a second, with four plugins of which two fail at
// random, a supervisor that crashes, descriptors that run out, and a log that cannot be written.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '3' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: expected a number of minutes, got ${values.minutes}`);

/** Time for the host to open and close, in addition to the soak itself. */
const aroundMs = 60_000;

/** Share of the load that may be missing because the host was held up. */
const missingMax = 0.1;
const perSecond = 5000;

await prepare();
// Imported late: before the preparation there may be no packages.
const { limits } = await import('../test/containment/limits.mjs');
const { quantities } = await import('../test/soak/levels.mjs');

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-soak-'));
const args = ['--conditions=gatehouse-internal', inRoot('test/soak/main.mjs'), JSON.stringify({ folder, minutes })];
/** Few enough to be used up. */
const descriptors = 512;
const isPosix = process.platform !== 'win32';
const limited = ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, process.execPath, ...args];
const child = spawn(isPosix ? '/bin/sh' : process.execPath, isPosix ? limited : args, {
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  // A process group of its own, so that it can be killed as a whole.
  detached: true,
});

function endGroup() {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group had already ended.
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

process.on('exit', endGroup);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

const short = ({ messages, faults, wrongCount, late, longest, missed, releases }) =>
  `${messages} messages, faults ${JSON.stringify(faults)}, wrong ${wrongCount}, late ${late}, longest call ${longest.toFixed(1)} ms, steady plugins at fault ${missed}, released ${releases}`;

/** Resolves with the child's findings and its end. */
function watched() {
  return new Promise((resolve) => {
    let found;
    let closed = false;
    const bound = setTimeout(() => resolve({ found, closed, end: 'it hung' }), minutes * 60_000 + aroundMs);
    child.on('message', ({ progress, result, closed: isClosed }) => {
      if (progress) console.log(`      ${short(progress)}`);
      found = result ?? found;
      closed ||= isClosed === true;
    });
    child.on('exit', (code, signal) => {
      clearTimeout(bound);
      resolve({ found, closed, end: signal ?? `code ${code}` });
    });
  });
}

/** Returns the checks, each with its result. */
function checksOf({ found, closed, end }) {
  if (found === undefined) return [[false, `the host ended before its time: ${end}`]];
  const { wrongCount, wrong, late, excused, longest, messages, seconds, plugins, levels, disasters, supervisor, log } =
    found;
  const { ends, shortages, logsLost, backMs } = disasters;
  const steady = plugins.filter(({ name }) => name.startsWith('steady'));
  const past = `${limits.budget} ms and ${limits.slack} ms of slack`;
  return [
    [wrongCount === 0, `wrong decisions: ${wrongCount} ${wrong.join('; ')}`],
    [
      late === 0,
      `decisions past the budget of ${past}: ${late}; the longest call took ${longest.toFixed(1)} ms${excusedLine(excused)}`,
    ],
    [messages > perSecond * seconds * (1 - missingMax), `load: ${Math.round(messages / seconds)} messages/s`],
    [
      steady.every(({ state, counters }) => state === 'ready' && counters.crashes === 0),
      'steady plugins never crashed',
    ],
    [
      supervisor.state === 'running' && backMs.length === ends + shortages + logsLost,
      `after ${ends} ends of the supervisor, ${shortages} shortages of descriptors and ${logsLost} of the log all were back, within ${Math.max(0, ...backMs)} ms`,
    ],
    [
      logsLost === 0 || (log.lost > 0 && log.reported === log.lost),
      `lines lost while the log could not be written: ${log.lost}, of which ${log.reported} were reported`,
    ],
    ...Object.entries(levels).map(([name, level]) => [level.rise <= quantities[name].riseMax, levelLine(name, level)]),
    [closed, `the host closed (${end})`],
  ];
}

/** Describes late calls that are excused because the machine itself was late at that moment. */
const excusedLine = (excused) =>
  excused.length === 0
    ? ''
    : `; ${excused.length} more while the machine itself was late: ${excused.map(([ms, lag]) => `${ms} (${lag})`).join(', ')} ms`;

const levelLine = (name, { mean, perMinute, rise }) =>
  `${name}: ${mean.toFixed(1)} on average, slope ${perMinute.toFixed(2)} per minute, ${rise.toFixed(1)} in all (at most ${quantities[name].riseMax})`;

const outcome = await watched();
if (outcome.found) console.log(`      ${short(outcome.found)}`);
const checks = checksOf(outcome);
for (const [holds, line] of checks) console.log(`${holds ? 'ok  ' : 'FAIL'}  ${line}`);
const failed = checks.filter(([holds]) => !holds).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
