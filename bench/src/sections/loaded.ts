// The whole server under load: clients that wait for messages, and more requests than it can carry.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { ArrivalFigures, ClientsChild } from '../children/clients.js';
import type { GatehouseChild } from '../children/gatehouse.js';

const waiters = 10_000;
const pairs = 2_000;
const connections = 256;
/** The share of what it can carry at which it is calm, and at which it is not. */
const [calmShare, overloadShare] = [0.5, 2];

const names = {
  wait: ['server.fetch-wait.wake-ms', 'server.fetch-wait.clients', 'server.fetch-wait.cpu-percent'],
  overload: ['server.overload.p99-vs-calm', 'server.overload.accepted', 'server.overload.lost'],
} as const;

export async function loadedSection(bench: Bench): Promise<void> {
  if (bench.wants(...names.wait)) await fetchWait(bench);
  if (bench.wants(...names.overload)) await overload(bench);
}

async function fetchWait({ effort, results, notes, progress }: Bench): Promise<void> {
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

async function overload({ effort, results, notes, progress }: Bench): Promise<void> {
  const [server, clients] = [Child.start<GatehouseChild>('gatehouse'), Child.start<ClientsChild>('clients')];
  const { ms, warmUpMs } = effort.loaded;
  const port = await server.ask('open', { pairs });
  progress.tell('what it can carry');
  await clients.ask('saturate', port, pairs, connections, warmUpMs);
  const capacity = await clients.ask('saturate', port, pairs, connections, ms);
  const at = (share: number): Promise<ArrivalFigures> => {
    progress.tell(`${Math.round(capacity * share)} requests/s`);
    return clients.ask('arrivals', { port, pairs, perSecond: capacity * share, ms: ms + warmUpMs, warmUpMs });
  };
  const calm = await at(calmShare);
  const loaded = await at(overloadShare);
  if (loaded.accepted / (ms / 1000) > capacity) {
    notes.push('overload: more was accepted than it was found to be able to carry, so this was not twice of that.');
  }
  results.add('server.overload.capacity', capacity, 'requests/s');
  results.add('server.overload.calm-p99', calm.times.p99, 'ms');
  results.add('server.overload.accepted', loaded.accepted / (ms / 1000), 'requests/s', { over: capacity });
  results.add('server.overload.shed', loaded.shed / (ms / 1000), 'requests/s');
  results.add('server.overload.lost', loaded.failed + calm.failed, 'requests');
  results.add('server.overload.p50', loaded.times.p50, 'ms');
  // How much of the p99 is the generator's own, and how much is waiting for one of its connections.
  results.add('server.overload.own-lag-p99', loaded.ownLag.p99, 'ms');
  results.add('server.overload.connection-lag-p99', loaded.connectionLag.p99, 'ms');
  results.add('server.overload.p99-vs-calm', loaded.times.p99, 'ms', { over: calm.times.p99 });
  await Promise.all([clients.close(), server.close()]);
}
