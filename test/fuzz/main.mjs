// Sends many requests, valid and hostile, to a whole server over HTTP. None may be answered with a 5xx, and none not at all.

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from '@gatehouse/server';
import fc from 'fast-check';
import { pino } from 'pino';
import { newPair, newUser } from '../dist/server/client.js';
import { requestArbitrary } from './requests.mjs';

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } });
const requests = Number(values.requests ?? 20_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const inFlight = 16;
/** Requests made up at a time, so that not all of them have to be held. */
const slice = 500;
const answerWithinMs = 20_000;
const heapSlackBytes = 200 * 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-fuzz-'));
const logged = [];
const log = pino({ level: 'error' }, { write: (line) => logged.push(line) });
const server = await startServer(
  {
    dataFolder: join(folder, 'data'),
    plugins: [],
    enabled: [],
    port: 0,
    adminPort: 0,
    sealedSender: true,
    rateLimit: 0,
    loginRateLimit: 0,
    loginTries: 0,
    maxWaitMs: 20,
  },
  log,
);
const agent = new Agent({ keepAlive: true, maxSockets: inFlight });

/** Resolves with the status, or with what went wrong instead. */
function send({ method, path, headers, body }) {
  return new Promise((resolve) => {
    const options = { method, headers, agent, timeout: answerWithinMs };
    const { hostname, port } = new URL(server.url);
    const sent = request({ ...options, hostname, port, path }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${answerWithinMs} ms`)));
    sent.once('error', (error) => resolve(error.message));
    sent.end(body);
  });
}

const failures = [];
const statuses = new Map();

async function sendAll(all) {
  const left = all.values();
  const sender = async () => {
    for (const each of left) {
      const outcome = await send(each);
      statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1);
      if (typeof outcome === 'number' && outcome < 500) continue;
      failures.push(`${outcome}: ${JSON.stringify(each)}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
}

try {
  console.log(`${requests} requests, --seed ${seed}`);
  const { alice, bob, channelId } = await newPair(server.url);
  const carol = await newUser(server.url, 'carol');
  const document = await (await fetch(`${server.url}/docs/json`)).json();
  const real = { username: ['alice', 'bob'], 'identity-key': [alice.key, bob.key], 'channel-id': [channelId] };
  const tokensOf = (path) => (path.includes('logout') ? [carol.token] : [alice.token, bob.token]);
  const arbitrary = requestArbitrary(document, real, tokensOf);
  const heapBefore = process.memoryUsage().heapUsed;
  for (let done = 0; done < requests; done += slice) {
    await sendAll(fc.sample(arbitrary, { seed: seed + done, numRuns: Math.min(slice, requests - done) }));
  }
  const grown = process.memoryUsage().heapUsed - heapBefore;
  if (grown > heapSlackBytes) failures.push(`the heap grew by ${Math.round(grown / 2 ** 20)} MiB`);
  const alive = await alice.post('fetch', { channelId });
  if (alive.status !== 200) failures.push(`afterwards a fetch is answered ${alive.status}`);
} finally {
  agent.destroy();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

for (const line of [...failures, ...logged].slice(0, 20)) console.log(line.slice(0, 2_000));
console.log(
  [...statuses]
    .sort()
    .map(([status, count]) => `${status}: ${count}`)
    .join(', '),
);
console.log(`${requests - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
