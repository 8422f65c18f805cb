// A server over real HTTP and a real store, with hooks in the test's own thread.

import { EventEmitter, once } from 'node:events';
import { promisify } from 'node:util';
import { composeHooks, type EventOf, type HookName, type MessageEvent } from '@gatehouse/plugin-api';
import {
  createClientApi,
  createOpaqueSetup,
  defaultSettings,
  type GateDecision,
  type Hooks,
  openLmdbStore,
  Readiness,
  type Settings,
  type Store,
} from '@gatehouse/server';
import { type Logger, pino } from 'pino';
import type { Test } from 'tap';
import { tempFolder } from './temp-folder.js';

type Told = { readonly [N in HookName<'observer'>]: EventOf<N>[] };

export interface SmallServer {
  readonly url: string;
  readonly store: Store;
  /** The events that observers were told, by hook. */
  readonly told: Told;
  /** Resolves when the observers of a hook are told the next event. */
  toldOf(hook: HookName<'observer'>): Promise<void>;
  /** The events of each call of the gate. */
  readonly asked: (readonly MessageEvent[])[];
  /** Resolves when the next connection of a client has ended. */
  disconnected(): Promise<void>;
  /** Resolves to the number of open connections. */
  connections(): Promise<number>;
  /** Sends a request without the network, so that it can come from any address. Resolves with the status. */
  askFrom(address: string, path: string): Promise<number>;
  /** Changes settings that apply while the server runs. */
  change(settings: Partial<Settings>): void;
  /** Resolves when the next request has arrived. */
  requested(): Promise<void>;
  close(): Promise<void>;
}

export interface SmallServerOptions {
  readonly gate?: (event: MessageEvent) => GateDecision;
  readonly settings?: Partial<Settings>;
  /** Default: a new one. */
  readonly folder?: string;
  /** The clock of the store. */
  readonly now?: () => number;
  /** Default: a silent one. */
  readonly logger?: Logger;
  readonly wrapStore?: (store: Store) => Store;
  /** Default: one that all share. */
  readonly opaqueSetup?: string;
}

const silent = pino({ level: 'silent' });
/** A busy machine is no overload: who tests that sets a delay. */
const withoutLimits = {
  ...defaultSettings,
  rateLimit: 0,
  loginRateLimit: 0,
  loginTries: 0,
  loginTriesPerAddress: 0,
  overloadDelayMs: 0,
};
// Shared by all, so that a server that opens the folder of another accepts its users.
const sharedSetup = await createOpaqueSetup();

export async function smallServer(t: Pick<Test, 'teardown'>, options: SmallServerOptions = {}): Promise<SmallServer> {
  const { gate = () => ({ action: 'continue' }), settings = {}, folder = await tempFolder(t) } = options;
  const opened = await openLmdbStore(folder, {
    ...(options.now && { now: options.now }),
    onTrouble: (sentence) => options.logger?.error(sentence),
  });
  const store = options.wrapStore?.(opened) ?? opened;
  const told = noEvents();
  const seen = new EventEmitter();
  const tell = (hook: HookName<'observer'>, event: never) => {
    told[hook].push(event);
    seen.emit(hook);
  };
  const asked: (readonly MessageEvent[])[] = [];
  const current = { ...withoutLimits, ...settings };
  const app = await createClientApi({
    host: hooksOf(gate, tell, asked),
    store,
    opaqueSetup: options.opaqueSetup ?? sharedSetup,
    settings: current,
    logger: options.logger ?? silent,
    readiness: new Readiness([]),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= app.close().then(() => store.close());
    return closing;
  };
  t.teardown(close);
  app.server.on('connection', (socket) => socket.once('close', () => seen.emit('end')));
  const disconnected = () => once(seen, 'end').then(() => {});
  app.server.on('request', () => seen.emit('request'));
  const toldOf = (hook: HookName<'observer'>) => once(seen, hook).then(() => {});
  const requested = () => once(seen, 'request').then(() => {});
  const askFrom = async (remoteAddress: string, path: string) =>
    (await app.inject({ method: 'POST', url: `/v1/${path}`, remoteAddress })).statusCode;
  const connections = promisify(app.server.getConnections.bind(app.server));
  const change = (changed: Partial<Settings>) => void Object.assign(current, changed);
  return { url, store, told, asked, askFrom, change, connections, disconnected, requested, toldOf, close };
}

const observers = ['onBatchEnqueue', 'onAuth', 'onChannelCreated', 'onFetch', 'onUserRegistered'] as const;

function noEvents(): Told {
  return { onBatchEnqueue: [], onAuth: [], onChannelCreated: [], onFetch: [], onUserRegistered: [] };
}

function hooksOf(
  gate: (event: MessageEvent) => GateDecision,
  tell: (hook: HookName<'observer'>, event: never) => void,
  asked: (readonly MessageEvent[])[],
): Hooks {
  return {
    ...composeHooks(Object.fromEntries(observers.map((hook) => [hook, (event: never) => tell(hook, event)]))),
    onMessageEnqueue: (event) => {
      asked.push([event]);
      return gate(event);
    },
    askAll: (_hook, events) => {
      asked.push(events);
      return events.map(gate);
    },
    askAsync: async (_hook, event) => {
      asked.push([event]);
      return gate(event);
    },
  };
}
