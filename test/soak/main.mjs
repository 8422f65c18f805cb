// The soak: a host under a steady load, with two plugins that fail at random, and disasters that befall all of it; tells
// its parent what came of it.

import { openSync } from 'node:fs';
import { devNull } from 'node:os';
import process from 'node:process';
import { createHost } from '@gatehouse/host';
import { LogOutput } from '@gatehouse/server/internal/log/log-output';
import { pino } from 'pino';
import { limits } from '../containment/limits.mjs';
import { linkModules, putPlugin } from '../plugins/zoo.mjs';
import { cast, isSteady } from './cast.mjs';
import { Disasters } from './disasters.mjs';
import { Levels, quantities } from './levels.mjs';
import { Load } from './load.mjs';
import { MachineLag } from './machine-lag.mjs';

const { folder, minutes } = JSON.parse(process.argv[2]);
const sampleMs = 1000;

linkModules(folder);
for (const [order, { name, program }] of cast.entries()) {
  putPlugin(folder, name, program, { order, deadlineMs: isSteady(name) ? limits.innocentDeadline : 20 });
}

/** Lines that were lost, as they were reported. */
let reportedLost = 0;
const output = new LogOutput({
  descriptor: openSync(devNull, 'w'),
  recovered: (lost) => {
    reportedLost += lost;
  },
});

const host = await createHost({
  plugins: [folder],
  enabled: cast.map(({ name }) => name),
  config: Object.fromEntries(cast.map(({ name, config }) => [name, config])),
  policies: { 'fickle-one': 'continue', 'fickle-two': 'continue' },
  gate: { budgetMs: limits.budget, graceMs: limits.grace },
  logger: pino({ level: 'info' }, output),
});

let releases = 0;

/** An operator who does not learn: what is given up is released at once. */
host.subscribe(({ plugin, to }) => {
  if (to !== 'quarantined' && to !== 'failed') return;
  releases++;
  setTimeout(() => host.enable(plugin).catch(() => {}), 2000);
});

const lag = new MachineLag();
const load = new Load(host, lag);
const levels = new Levels();
const disasters = new Disasters(host, output);
const totalMs = minutes * 60_000;
/** All that is built up at first stands by then. */
const warmMs = Math.max(5000, totalMs / 3);

const end = () => process.kill(process.pid, 'SIGKILL');

async function main() {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const sampler = setInterval(() => disasters.isUnderWay || levels.sample(elapsed()), sampleMs);
  const told = setInterval(() => process.send({ progress: { ...load.seen, releases } }), 15_000);
  const over = disasters.run();
  await load.run(totalMs);
  disasters.end();
  await over;
  clearInterval(sampler);
  clearInterval(told);
  const plugins = await host.list();
  const rows = Object.keys(quantities).map((name) => [name, levels.of(name, warmMs)]);
  process.send({
    result: {
      ...load.seen,
      releases,
      disasters: disasters.seen,
      log: { lost: output.lost, reported: reportedLost },
      supervisor: host.supervisor,
      seconds: elapsed() / 1000,
      plugins,
      levels: Object.fromEntries(rows),
    },
  });
  await host.close();
  await lag.end();
  process.send({ closed: true });
  process.off('disconnect', end);
  process.disconnect();
}

// Without whoever started it nobody would end it, whatever its plugins are at.
process.once('disconnect', end);

await main();
