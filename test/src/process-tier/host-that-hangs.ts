// A host in a process of its own: tells the processes of its plugins once one of these loops for ever.

import { createHost } from '@gatehouse/host';
import { pino } from 'pino';
import { fetched } from '../events.js';

const [folder = ''] = process.argv.slice(2);
let pids: readonly number[] = [];
const logger = pino({}, { write: (line: string) => line.includes('it loops now') && process.send!(pids) });
const host = await createHost({
  plugins: [folder],
  enabled: ['loops-when-told', 'continues'],
  readyMs: 60_000,
  logger,
});
pids = (await host.list()).flatMap((plugin) => plugin.pids);
host.onFetch(fetched(1, 1));
