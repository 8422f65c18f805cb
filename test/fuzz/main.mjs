// Sends many requests, valid and hostile, to a whole server over HTTP. None may be answered with a 5xx, and none not at
// all; and none that is no true login with a session token.

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultSettings, startServer } from '@gatehouse/server';
import { clientRoutes } from '@gatehouse/server/internal/client-api/routes';
import { logout, logoutAll } from '@gatehouse/server/internal/client-api/routes/logout';
import fc from 'fast-check';
import { pino } from 'pino';
import { newPair, newUser } from '../dist/support/client.js';
import { conversationArbitrary, converse } from './conversations.mjs';
import { requestArbitrary } from './requests.mjs';

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } });
const requests = Number(values.requests ?? 20_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const inFlight = 16;
/** Requests made up at a time, so that not all of them have to be held. */
const slice = 500;
/** Conversations of OPAQUE, of a few requests each, for so many of those. */
const perConversation = 20;
const answerWithinMs = 20_000;
const heapSlackBytes = 200 * 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-fuzz-'));
const logged = [];
const log = pino({ level: 'error' }, { write: (line) => logged.push(line) });
const settings = {
  ...defaultSettings,
  dataFolder: join(folder, 'data'),
  plugins: [],
  enabled: [],
  port: 0,
  adminPort: 0,
  sealedSender: true,
  rateLimit: 0,
  loginRateLimit: 0,
  loginTries: 0,
  loginTriesPerAddress: 0,
  // The conversations log in often, and a session that ends by that would make every later request a 401.
  sessionsPerAccount: 10_000,
  maxWaitMs: 20,
  // The clients compute on the server's own event loop here, which would count as the server's delay.
  overloadDelayMs: 0,
};
const server = await startServer(settings, log);
const agent = new Agent({ keepAlive: true, maxSockets: inFlight });

/** Resolves with the status and the body, or with what went wrong instead. */
function send({ method, path, headers, body }) {
  return new Promise((resolve) => {
    const options = { method, headers, agent, timeout: answerWithinMs };
    const { hostname, port } = new URL(server.url);
    const sent = request({ ...options, hostname, port, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () => resolve({ outcome: response.statusCode, text }));
    });
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${answerWithinMs} ms`)));
    sent.once('error', (error) => resolve({ outcome: error.message, text: '' }));
    sent.end(body);
  });
}

const failures = [];
const statuses = new Map();
let sent = 0;

/** Sends it and counts it; the body of the answer as text. */
async function judged(each) {
  const { outcome, text } = await send(each);
  sent += 1;
  statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1);
  if (typeof outcome !== 'number' || outcome >= 500) failures.push(`${outcome}: ${JSON.stringify(each)}`);
  return text;
}

async function sendMadeUp(each) {
  // Nobody guesses a second step.
  if ((await judged(each)).includes('"token"')) failures.push(`a session token: ${JSON.stringify(each)}`);
}

async function haveConversation(plan) {
  const headers = { 'content-type': 'application/json' };
  const say = async (path, body) =>
    JSON.parse(await judged({ method: 'POST', path: `/v1/${path}`, headers, body: JSON.stringify(body) }));
  const wrong = await converse(plan, say).catch((error) => `${error.stack}: ${JSON.stringify(plan)}`);
  if (wrong !== undefined) failures.push(wrong);
}

/** Does something with each of them, some at a time. */
async function withAll(all, act) {
  const left = all.values();
  const actor = async () => {
    for (const each of left) await act(each);
  };
  await Promise.all(Array.from({ length: inFlight }, actor));
}

try {
  console.log(`${requests} requests, --seed ${seed}`);
  const { alice, bob, channelId } = await newPair(server.url);
  const carol = await newUser(server.url, 'carol');
  const real = { username: ['alice', 'bob'], 'identity-key': [alice.key, bob.key], 'channel-id': [channelId] };
  const routes = clientRoutes.map((route) => ({
    ...route,
    body: route.schemas(settings).body,
    tokens: [logout, logoutAll].includes(route) ? [carol.token] : [alice.token, bob.token],
  }));
  const arbitrary = requestArbitrary(routes, real);
  const conversations = conversationArbitrary(
    [alice, bob, carol].map(({ username, password }) => ({ username, password })),
  );
  const heapBefore = process.memoryUsage().heapUsed;
  for (let done = 0; done < requests; done += slice) {
    const numRuns = Math.min(slice, requests - done);
    await withAll(fc.sample(arbitrary, { seed: seed + done, numRuns }), sendMadeUp);
    const few = Math.ceil(numRuns / perConversation);
    await withAll(fc.sample(conversations, { seed: seed + done, numRuns: few }), haveConversation);
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
console.log(`${sent - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
