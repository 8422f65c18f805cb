// `npm run containment`: runs every fault of test/containment against every tier, and writes docs/containment.md. With
// `--check` it writes nothing, and fails if a fault listed there as "contained" no longer is. Other options: `--only`,
// `--tier`, `--node`, each a comma-separated list.

import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

await prepare();
// Imported late: before the preparation there may be no packages.
const { faults } = await import('../test/containment/faults.mjs');
const { spareThread, tiers } = await import('../test/containment/tiers.mjs');
const { majorAtHand, majors, nodeOf } = await import('./setup/nodes.mjs');
const { endAll } = await import('../test/containment/run/run-fault.mjs');
const { runAll } = await import('../test/containment/run/runs.mjs');
const { cellOf, columnOf, readTable, readVersions, saysContained, writeDocument } = await import(
  '../test/containment/run/table.mjs'
);

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    only: { type: 'string' },
    tier: { type: 'string' },
    node: { type: 'string' },
  },
});

const document = inRoot('docs', 'containment.md');
const count = { passed: 0, failed: 0 };

const listed = (text, all) => (text === undefined ? all : all.filter((one) => text.split(',').includes(String(one))));

function written() {
  try {
    return readFileSync(document, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the versions that are available; the table keeps its entries for the others. */
async function nodes() {
  const wanted = values.check && values.node === undefined ? [majorAtHand] : listed(values.node, majors);
  const found = await Promise.all(wanted.map(nodeOf));
  for (const major of wanted) {
    if (!found.some((node) => node?.major === major)) console.log(`skip  Node ${major} cannot be had here`);
  }
  return found.filter((node) => node !== undefined);
}

async function main() {
  const startedAt = performance.now();
  const before = written();
  const cells = readTable(before);
  const versions = await nodes();
  const names = listed(
    values.only,
    faults.map(({ name }) => name),
  );
  const all = versions.flatMap((node) =>
    faults
      .filter(({ name }) => names.includes(name))
      .flatMap((fault) => tiersToRun().map((tier) => jobOf(cells, fault, tier, node))),
  );
  // A fault that was not contained before is no failure.
  const jobs = all.filter(({ isWanted }) => isWanted || !values.check);
  await runAll(jobs, (job, verdict) => take(cells, job, verdict));
  if (!values.check)
    writeFileSync(document, writeDocument(cells, { date: today(), versions: allVersions(before, versions) }));
  console.log(`\n${jobs.length} runs in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}

const tiersToRun = () =>
  listed(values.tier, [...tiers, spareThread]).filter((tier) => tier !== spareThread || values.tier !== undefined);

function jobOf(cells, fault, tier, node) {
  const column = tier === spareThread ? 'hardened-thread' : tier;
  const was = cells.get(fault.name)?.get(columnOf(column, node.major));
  return { fault, tier, node, was, isWanted: saysContained(was) && (values.check || !fault.isChance) };
}

function take(cells, { fault, tier, node, was, isWanted }, verdict) {
  const column = columnOf(tier, node.major);
  const cell = cellOf(verdict);
  const row = cells.get(fault.name) ?? new Map();
  if (tier !== spareThread) cells.set(fault.name, row.set(column, cell));
  const isWorse = isWanted && verdict.word !== 'contained';
  // Without `--check`, the diff of the rewritten table shows what has become worse.
  const fails = isWorse && values.check;
  count[fails ? 'failed' : 'passed']++;
  const more = `[${verdict.seconds.toFixed(1)} s]${isWorse ? ` was: ${was}` : ''}`;
  console.log(`${fails ? 'FAIL' : 'ok  '}  ${fault.name} (${column}): ${cell}  ${more}`);
}

/** Returns the versions of all columns; those of columns that were not run are unchanged. */
function allVersions(before, nodes) {
  const isOther = (version) => !nodes.some(({ major }) => version.startsWith(`v${major}.`));
  return [...readVersions(before).filter(isOther), ...nodes.map(({ version }) => version)].sort();
}

const today = () => new Date().toISOString().slice(0, 10);

process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

await main();
