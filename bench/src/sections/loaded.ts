// The whole server under load: clients that wait for messages.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { ClientsChild } from '../children/clients.js';
import type { GatehouseChild } from '../children/gatehouse.js';

const waiters = 10_000;
const names = ['server.fetch-wait.wake-ms', 'server.fetch-wait.clients', 'server.fetch-wait.cpu-percent'] as const;

export async function loadedSection({ effort, notes, progress, results, wants }: Bench): Promise<void> {
  if (!wants(...names)) return;
  const [server, clients] = [Child.start<GatehouseChild>('gatehouse'), Child.start<ClientsChild>('clients')];
  const count = Math.min(waiters, effort.loaded.waiters);
  progress.tell(`${count} clients begin to wait`);
  const port = await server.ask('open', { pairs: count });
  await clients.ask('wait', port, count);
  // Until the last of them has been read, which takes some seconds.
  while ((await server.ask('cpu', 2000)) > 5);
  progress.tell('at rest');
  results.add('server.fetch-wait.cpu-percent', await server.ask('cpu', effort.idle.ms), 'percent');
  progress.tell('waking');
  const { p50, p99, wrong } = await clients.ask('wake', port, effort.loaded.wakes);
  results.add('server.fetch-wait.wake-ms', p50, 'ms');
  results.add('server.fetch-wait.wake-ms.p99', p99, 'ms');
  // Told only when nobody was woken for somebody else.
  if (wrong === 0) results.add('server.fetch-wait.clients', count, 'clients');
  else notes.push(`fetch-wait: ${wrong} clients were woken by a message for somebody else.`);
  await Promise.all([clients.close(), server.close()]);
}
