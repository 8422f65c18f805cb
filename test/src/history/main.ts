// `npm run history -- --seed N --rounds N`: a server is killed, stopped, filled up and confused while clients use it, and
// a checker looks at what they saw.

import { randomInt } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type AnomalyKind, anomalyKinds } from './checker.js';
import { type FaultName, faults } from './faults.js';
import { logText } from './log.js';
import { type Outcome, Rounds, schedule } from './rounds.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    rounds: { type: 'string', default: '100' },
    only: { type: 'string' },
  },
});
const kinds = Object.keys(anomalyKinds) as AnomalyKind[];

function readRounds(): number {
  const rounds = Number(values.rounds);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`--rounds: expected a number of rounds, got ${values.rounds}`);
}

function wanted(): readonly FaultName[] {
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !(name in faults)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`--only: expected some of ${Object.keys(faults).join(', ')}, got ${unknown.join(', ')}`);
  }
  return schedule(values.seed, readRounds()).filter((name) => only === undefined || only.includes(name));
}

const words = { held: 'ok  ', broke: 'FAIL', skipped: 'skip' } as const;

function tell(round: number, { fault, done, verdict, anomalies, tally, scene }: Outcome, ms: number): void {
  const counts = tally ? `: ${tally.stored} stored, ${tally.unknown} unknown, ${tally.again} sent again` : '';
  console.log(`${words[verdict]}  ${round}. ${fault}, ${done}${counts} [${(ms / 1000).toFixed(1)} s]`);
  for (const { kind, mailbox, id } of anomalies.slice(0, 10)) {
    console.log(`      ${kind}: ${id}, ${mailbox}, ${anomalyKinds[kind]}`);
  }
  if (verdict !== 'broke' || !scene) return;
  const file = join(mkdtempSync(join(tmpdir(), 'gatehouse-history-log-')), 'log.jsonl');
  writeFileSync(file, logText(scene.log.entries));
  console.log(`      all that the clients saw: ${file}`);
}

/** A line for each fault. */
function table(outcomes: readonly Outcome[]): string {
  const rows = (Object.keys(faults) as FaultName[]).map((fault) => {
    const own = outcomes.filter((one) => one.fault === fault && one.verdict !== 'skipped');
    const sum = (of: 'stored' | 'unknown' | 'again') => own.reduce((all, { tally }) => all + (tally?.[of] ?? 0), 0);
    const found = own.reduce((all, { anomalies }) => all + anomalies.length, 0);
    return [fault, own.length, sum('stored'), sum('unknown'), sum('again'), found].map(String);
  });
  const lines = [['fault', 'rounds', 'stored', 'unknown', 'sent again', 'anomalies'], ...rows];
  return lines
    .map((cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(8) : cell.padStart(11))).join(''))
    .join('\n');
}

async function main(): Promise<void> {
  const names = wanted();
  console.log(`seed ${values.seed}, ${names.length} rounds`);
  const rounds = new Rounds(values.seed);
  const outcomes: Outcome[] = [];
  const close = () => rounds.close();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => close().then(() => process.exit(1)));
  try {
    for (const name of names) {
      const startedAt = performance.now();
      const outcome = await rounds.play(name);
      outcomes.push(outcome);
      tell(outcomes.length, outcome, performance.now() - startedAt);
    }
  } finally {
    await close();
  }
  conclude(outcomes);
}

/** A count for each round, and one for each kind of anomaly over all of them. */
function conclude(outcomes: readonly Outcome[]): void {
  console.log(`\n${table(outcomes)}\n`);
  const counts = kinds.map(
    (kind) => outcomes.flatMap(({ anomalies }) => anomalies.filter((one) => one.kind === kind)).length,
  );
  for (const [i, kind] of kinds.entries()) console.log(`${counts[i] === 0 ? 'ok  ' : 'FAIL'}  ${kind}: ${counts[i]}`);
  const played = outcomes.filter(({ verdict }) => verdict !== 'skipped');
  const held = played.filter(({ verdict }) => verdict === 'held').length;
  const zeros = counts.filter((count) => count === 0).length;
  const failed = played.length - held + kinds.length - zeros;
  console.log(`seed ${values.seed}`);
  console.log(`${held + zeros} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
