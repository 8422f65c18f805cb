// Users of a server: each logs in, opens its channels, sends, fetches and acknowledges, through the client.

import { type Channel, connect, type Gatehouse, isGatehouseError, type Session } from '@gatehouse/client';
import { answer } from '../answers.js';
import { Line } from '../load/line.js';
import { Samples, type Summary } from '../samples.js';

export interface UsersFigures {
  /** Of sending, in ms, as the sender sees it: with all retries. */
  readonly times: Summary;
  /** Until the last sender has ended, which may be some retries after the time. */
  readonly storedPerSecond: number;
  /** Requests that were answered with a refusal, or not at all; the client tries most of them again. */
  readonly refused: number;
  /** Messages, and logins, that were given up. */
  readonly failed: number;
  readonly lost: number;
  readonly twice: number;
}

interface User {
  readonly name: string;
  readonly session: Session;
}

/** How many others a user writes to. */
const peersMax = 3;
/** After so many messages a user logs in anew. */
const messagesPerSession = 500;
/** As little work as argon2 can be given: guessing a password is not what is measured. */
const keyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };
/** More than the default: a recipient that gives up ends the run. */
const retry = { attempts: 10 };

const samples = new Samples();
let gatehouse: Gatehouse;
let users: readonly User[] = [];
let refused = 0;
let failed = 0;

const answers = {
  async register(port: number, count: number): Promise<void> {
    gatehouse = connect({ url: `http://127.0.0.1:${port}`, keyStretching, retry, fetch: countingFetch });
    users = await Promise.all(Array.from({ length: count }, (_, i) => registered(`user-${i}`)));
  },
  /** All of them at once, for so many milliseconds and until everything has arrived. */
  async run(ms: number): Promise<UsersFigures> {
    samples.clear();
    refused = 0;
    failed = 0;
    const lines = await Promise.all(users.map((user, i) => linesOf(user, peersOf(i))));
    const startedAt = performance.now();
    const until = startedAt + ms;
    let sending = true;
    const receiving = Promise.all(lines.flat().map(({ line }) => line.receive(() => sending)));
    const senders = Promise.all(users.map((user, i) => send(user, lines[i]!, until)));
    // Whichever fails first is what is told.
    await Promise.race([receiving, senders.finally(() => (sending = false))]);
    const seconds = (performance.now() - startedAt) / 1000;
    await receiving;
    const sum = (of: (line: Line) => number) => lines.flat().reduce((all, { line }) => all + of(line), 0);
    return {
      times: samples.summary(),
      storedPerSecond: sum(({ stored }) => stored) / seconds,
      refused,
      failed,
      lost: sum(({ lost }) => lost),
      twice: sum(({ twice }) => twice),
    };
  },
};

export type UsersChild = typeof answers;

const countingFetch: typeof fetch = async (...request) => {
  try {
    const response = await fetch(...request);
    if (!response.ok) refused++;
    return response;
  } catch (error) {
    refused++;
    throw error;
  }
};

async function registered(name: string): Promise<User> {
  await gatehouse.register({ username: name, password: name });
  return { name, session: await login(name) };
}

const login = (name: string) => gatehouse.login({ username: name, password: name });

/** The next ones in the ring. */
function peersOf(i: number): readonly User[] {
  const count = Math.min(peersMax, users.length - 1);
  return Array.from({ length: count }, (_, step) => users[(i + step + 1) % users.length]!);
}

interface LineTo {
  readonly peer: User;
  readonly line: Line;
}

function linesOf(user: User, peers: readonly User[]): Promise<readonly LineTo[]> {
  return Promise.all(
    peers.map(async (peer) => ({
      peer,
      line: new Line(await peer.session.openChannel(user.session.identityKey)),
    })),
  );
}

async function send({ name }: User, lines: readonly LineTo[], until: number): Promise<void> {
  while (performance.now() < until) {
    await orFailed(async () => {
      const session = await login(name);
      const outboxes = await Promise.all(lines.map(({ peer }) => session.openChannel(peer.session.identityKey)));
      for (let sent = 0; sent < messagesPerSession && performance.now() < until; sent++) {
        const to = sent % lines.length;
        await orFailed(() => timed(lines[to]!.line, outboxes[to]!));
      }
      await session.logout();
    });
  }
}

async function timed(line: Line, outbox: Channel): Promise<void> {
  const startedAt = performance.now();
  await line.send(outbox);
  if (!samples.isFull) samples.add(performance.now() - startedAt);
}

async function orFailed(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isGatehouseError(error)) throw error;
    failed++;
  }
}

answer(answers);
