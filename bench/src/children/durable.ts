// The whole messaging server, with a real store or with one that keeps no messages, and a user who is logged in.

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Continue } from '@gatehouse/plugin-api';
import {
  createClientApi,
  createOpaqueSetup,
  defaultSettings,
  type Hooks,
  openLmdbStore,
  Readiness,
  type Store,
} from '@gatehouse/server';
import { createToken, tokenHash } from '@gatehouse/server/internal/accounts/session-token';
import { withLookUps } from '@gatehouse/server/internal/store/look-ups';
import type { OpenedChannel } from '@gatehouse/server/internal/store/store';
import { pino } from 'pino';
import { answer } from '../answers.js';
import { forgetful } from '../store-admit.js';
import type { LoadRequest } from './load.js';

export interface DurableSpec {
  /** Where the store is. */
  readonly folder: string;
  readonly keepsMessages: boolean;
}

export interface DurableServer {
  readonly port: number;
  /** What the load generator posts, one after the other. */
  readonly requests: readonly LoadRequest[];
}

const channels = 16;
const payloadBytes = 1_024;

/** No plugin: what is measured is the store. */
const hooks: Hooks = {
  onMessageEnqueue: () => Continue,
  askAll: (_hook, events) => events.map(() => Continue),
  askAsync: async () => Continue,
  onBatchEnqueue: () => {},
  onAuth: () => {},
  onChannelCreated: () => {},
  onFetch: () => {},
  onUserRegistered: () => {},
};

const settings = {
  ...defaultSettings,
  rateLimit: 0,
  mailboxMessages: 100_000_000,
  mailboxBytes: 2 ** 40,
  // The server must not refuse any of it: the most that it can do is measured.
  overloadDelayMs: 0,
};

async function requestsOf(store: Store): Promise<LoadRequest[]> {
  const sender = randomBytes(32);
  const token = createToken();
  const now = Date.now();
  const session = { username: 'bench', identityKey: sender, openedAt: now, expiresAt: now + 86_400_000 };
  await store.addSession(tokenHash(token), session);
  const opened = Array.from({ length: channels }, () => store.openChannel(sender, randomBytes(32), randomBytes(16)));
  const payload = randomBytes(payloadBytes).toString('base64url');
  return (await Promise.all(opened)).map((one) => ({
    path: '/v1/enqueue',
    headers: { authorization: `Bearer ${token}` },
    body: { channelId: Buffer.from((one as OpenedChannel).channel.id).toString('base64url'), payload },
  }));
}

const answers = {
  async open({ folder, keepsMessages }: DurableSpec): Promise<DurableServer> {
    const kept = await openLmdbStore(folder);
    const store = withLookUps(keepsMessages ? kept : forgetful(kept));
    const logger = pino({ level: 'silent' });
    const opaqueSetup = await createOpaqueSetup();
    const app = await createClientApi({
      host: hooks,
      store,
      opaqueSetup,
      settings,
      logger,
      readiness: new Readiness([]),
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: (app.server.address() as AddressInfo).port, requests: await requestsOf(store) };
  },
};

export type DurableChild = typeof answers;

answer(answers);
