// `npm run load`: drives a server with real clients, without plugins and with some, and looks whether anything was lost.

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Child, closeChildren } from '../child.js';
import type { GatehouseChild } from '../children/gatehouse.js';
import type { UsersChild, UsersFigures } from '../children/users.js';
import { hosting } from '../hosting.js';
import { otherWork } from '../other-work.js';
import { Progress } from '../report/progress.js';
import { formatTable } from '../report/table.js';
import { write } from '../report/write.js';
import { Results } from '../results.js';
import { loadPicture, tableOf } from './report.js';
import { type Figure, figureNames, figures, nameOf, type Way, ways } from './ways.js';

const usage = `npm run load -- [--seconds N] [--clients N] [--json FILE]

  --seconds N  how long each way is measured; default 10
  --clients N  users who send and receive at once, at least 2; default 16
  --json FILE  writes the results as a list of { name, value, unit }`;

const pictureFile = fileURLToPath(new URL('../../results/load.svg', import.meta.url));
const warmUpMs = 1000;

interface Options {
  readonly seconds: number;
  readonly clients: number;
  readonly json: string | undefined;
}

/** Undefined when help was asked for. @throws Error that says what is wrong */
function optionsOf(args: string[]): Options | undefined {
  const options = {
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '16' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { seconds, clients, json, help } = parseArgs({ args, options }).values;
  if (help) return undefined;
  return { seconds: wholeFrom(1, '--seconds', seconds), clients: wholeFrom(2, '--clients', clients), json };
}

function wholeFrom(least: number, name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${name} is a whole number, at least ${least}, not ${text}`);
}

async function measure(way: Way, { seconds, clients }: Options, progress: Progress): Promise<UsersFigures> {
  const [server, users] = [Child.start<GatehouseChild>('gatehouse'), Child.start<UsersChild>('users')];
  progress.tell(`${clients} users register`);
  const port = await server.ask('open', { pairs: 0, ...(way.plugins && { hosting: hosting(way.plugins) }) });
  await users.ask('register', port, clients);
  progress.tell('warming up');
  await users.ask('run', Math.min(warmUpMs, seconds * 1000));
  progress.tell(`${clients} users for ${seconds} s`);
  const measured = await users.ask('run', seconds * 1000);
  await Promise.all([users.close(), server.close()]);
  return measured;
}

function add(results: Results, way: Way, percent: number, measured: UsersFigures): void {
  const { times, storedPerSecond, refused, failed, lost, twice } = measured;
  const values: Record<Figure, number> = {
    throughput: storedPerSecond,
    p50: times.p50,
    p99: times.p99,
    'p99.9': times.p999,
    refused,
    failed,
    lost,
    twice,
    'other-work': percent,
  };
  for (const figure of figureNames) results.add(nameOf(way, figure), values[figure], figures[figure]);
}

async function run(options: Options): Promise<void> {
  const [results, progress] = [new Results(), new Progress()];
  for (const way of ways) {
    progress.section(way.name);
    const percent = await otherWork();
    add(results, way, percent, await measure(way, options, progress));
  }
  progress.end();
  console.log(`\n${formatTable(tableOf(results))}\n`);
  write(pictureFile, loadPicture(results));
  if (options.json !== undefined) write(resolve(options.json), `${JSON.stringify(results.list, null, 2)}\n`);
  const wrong = ways.some((way) => results.get(nameOf(way, 'lost'))!.value + results.get(nameOf(way, 'twice'))!.value);
  if (!wrong) return;
  console.error('\nmessages that were acknowledged as stored did not arrive, or arrived twice');
  process.exitCode = 1;
}

async function main(): Promise<void> {
  let options: Options | undefined;
  try {
    options = optionsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
  if (options === undefined) return console.log(usage);
  process.once('SIGINT', () => closeChildren().then(() => process.exit(130)));
  process.once('SIGTERM', () => closeChildren().then(() => process.exit(143)));
  try {
    await run(options);
  } finally {
    await closeChildren();
  }
}

await main();
