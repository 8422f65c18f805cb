// A server over real HTTP and a real store, with hooks in the test's own thread.

import { EventEmitter, once } from 'node:events';
import { composeHooks, type EventOf, type HookName, type MessageEvent } from '@gatehouse/plugin-api';
import {
  createClientApi,
  createOpaqueSetup,
  defaultSettings,
  type GateDecision,
  type Hooks,
  openLmdbStore,
  type Settings,
  type Store,
} from '@gatehouse/server';
import { pino } from 'pino';
import type { Test } from 'tap';
import { tempFolder } from '../host/temp-folder.js';

type Told = { readonly [N in HookName<'observer'>]: EventOf<N>[] };

export interface SmallServer {
  readonly url: string;
  readonly store: Store;
  /** What the observers were told, by hook. */
  readonly told: Told;
  /** What the gate was asked: the events of each call. */
  readonly asked: (readonly MessageEvent[])[];
  /** Resolves when the next connection of a client has ended. */
  disconnected(): Promise<void>;
  close(): Promise<void>;
}

export interface SmallServerOptions {
  readonly gate?: (event: MessageEvent) => GateDecision;
  readonly settings?: Partial<Settings>;
  /** Default: a new one. */
  readonly folder?: string;
  readonly wrapStore?: (store: Store) => Store;
}

const silent = pino({ level: 'silent' });
const withoutLimits = { ...defaultSettings, rateLimit: 0, loginRateLimit: 0 };
// One for all, so that a server that opens the folder of another knows its users.
const opaqueSetup = await createOpaqueSetup();

export async function smallServer(t: Test, options: SmallServerOptions = {}): Promise<SmallServer> {
  const { gate = () => ({ action: 'continue' }), settings = {}, folder = await tempFolder(t) } = options;
  const opened = await openLmdbStore(folder);
  const store = options.wrapStore?.(opened) ?? opened;
  const told = noEvents();
  const asked: (readonly MessageEvent[])[] = [];
  const app = await createClientApi({
    host: hooksOf(gate, told, asked),
    store,
    opaqueSetup,
    settings: { ...withoutLimits, ...settings },
    logger: silent,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= app.close().then(() => store.close());
    return closing;
  };
  t.teardown(close);
  const ends = new EventEmitter();
  app.server.on('connection', (socket) => socket.once('close', () => ends.emit('end')));
  const disconnected = () => once(ends, 'end').then(() => {});
  return { url, store, told, asked, disconnected, close };
}

function noEvents(): Told {
  return { onBatchEnqueue: [], onAuth: [], onChannelCreated: [], onFetch: [], onUserRegistered: [] };
}

function hooksOf(gate: (event: MessageEvent) => GateDecision, told: Told, asked: (readonly MessageEvent[])[]): Hooks {
  return {
    ...composeHooks({
      onBatchEnqueue: (event) => void told.onBatchEnqueue.push(event),
      onAuth: (event) => void told.onAuth.push(event),
      onChannelCreated: (event) => void told.onChannelCreated.push(event),
      onFetch: (event) => void told.onFetch.push(event),
      onUserRegistered: (event) => void told.onUserRegistered.push(event),
    }),
    onMessageEnqueue: (event) => {
      asked.push([event]);
      return gate(event);
    },
    decideAll: (_hook, events) => {
      asked.push(events);
      return events.map(gate);
    },
  };
}
