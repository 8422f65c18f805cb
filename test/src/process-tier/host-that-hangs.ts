// A host in a process of its own: tells the processes of its plugins once one of these spins for ever.

import { createHost } from '@gatehouse/host';
import { pino } from 'pino';
import { fetched } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';

const [folder = ''] = process.argv.slice(2);
let pids: readonly number[] = [];
const logger = pino({}, { write: (line: string) => line.includes('it spins now') && process.send!(pids) });
const host = await createHost({
  plugins: [folder],
  enabled: ['spins-in-observer', 'continues'],
  readyMs: 60_000,
  logger,
});
pids = (await host.list()).flatMap((plugin) => plugin.pids);
host.onFetch(provoking(fetched(1, 1)));
