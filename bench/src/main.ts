// `npm run bench`: runs the sections that are wanted, and shows what they found.

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bench, isWanted, type Section } from './bench.js';
import { closeChildren } from './child.js';
import { quick, thorough } from './effort.js';
import { otherWork } from './other-work.js';
import { pictureOf } from './report/picture.js';
import { Progress } from './report/progress.js';
import { formatTable } from './report/table.js';
import { tablesOf } from './report/tables.js';
import { write } from './report/write.js';
import { Results } from './results.js';
import { askAsyncSection } from './sections/ask-async.js';
import { batchSection } from './sections/batch.js';
import { durableSection } from './sections/durable.js';
import { faultsSection } from './sections/faults.js';
import { gateSection } from './sections/gate.js';
import { goodputSection } from './sections/goodput.js';
import { largeStoresSection } from './sections/large-stores.js';
import { loadedSection } from './sections/loaded.js';
import { observersSection } from './sections/observers.js';
import { pluginsSection } from './sections/plugins.js';
import { processSection } from './sections/process.js';
import { restSection } from './sections/rest.js';
import { serverSection } from './sections/server.js';
import { storeSection } from './sections/store.js';

const usage = `npm run bench -- [--quick] [--only NAME] [--json FILE]

  --quick      everything, roughly, in under 90 s
  --only NAME  only results with NAME in their name, and what they are compared with
  --json FILE  writes the results as a list of { name, value, unit, baseline?, ratio? }`;

const sections: readonly Section[] = [
  { title: 'gate calls', run: gateSection },
  { title: 'server', run: serverSection },
  { title: 'the store', run: storeSection },
  { title: 'large stores', run: largeStoresSection },
  { title: 'a durable server', run: durableSection },
  { title: 'the whole server under load', run: loadedSection },
  { title: 'goodput', run: goodputSection },
  { title: 'observers', run: observersSection },
  { title: 'batches', run: batchSection },
  { title: 'asking without blocking', run: askAsyncSection },
  { title: 'enabled plugins', run: pluginsSection },
  { title: 'at rest, and hanging', run: restSection },
  { title: 'crashes', run: faultsSection },
  { title: 'a process', run: processSection },
];

const pictureFile = fileURLToPath(new URL('../results/bench.svg', import.meta.url));

function optionsOf(argv: readonly string[]) {
  const options = {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

async function measure(bench: Bench): Promise<void> {
  for (const { title, run } of sections) {
    bench.progress.section(title);
    const [percent, before] = [await otherWork(), bench.results.list.length];
    await run(bench);
    if (bench.results.list.length > before) noteUnrest(bench, title, percent);
  }
  bench.progress.end();
}

/** Figures that were taken beside other work are worth less, and who reads them should know. */
function noteUnrest({ notes }: Bench, title: string, percent: number): void {
  if (percent > 5)
    notes.push(`${title}: ${percent.toFixed(0)} % of the CPUs were taken by other work at the beginning.`);
}

function report({ results, notes }: Bench, jsonFile: string | undefined): void {
  for (const table of tablesOf(results)) console.log(`\n${formatTable(table)}`);
  for (const note of notes) console.log(`\n${note}`);
  console.log();
  const picture = pictureOf(results);
  if (picture !== undefined) write(pictureFile, picture);
  if (jsonFile !== undefined) write(resolve(jsonFile), `${JSON.stringify(results.list, null, 2)}\n`);
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) return console.log(usage);
  const effort = options.quick ? quick : thorough;
  const bench: Bench = {
    effort,
    results: new Results(),
    progress: new Progress(),
    notes: [],
    wants: (...names) => names.some((name) => isWanted(options.only, name)),
  };
  process.once('SIGINT', () => closeChildren().then(() => process.exit(130)));
  process.once('SIGTERM', () => closeChildren().then(() => process.exit(143)));
  try {
    await measure(bench);
  } finally {
    await closeChildren();
  }
  if (bench.results.list.length === 0) console.error(`nothing is named like ${options.only}`);
  else report(bench, options.json);
}

await main();
