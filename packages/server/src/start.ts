// Starts all parts of a server in order, from settings alone; closes them in the opposite order.

import { mkdir } from 'node:fs/promises';
import { createHost, type Host, type HostOptions } from '@gatehouse/host';
import type { Logger } from 'pino';
import { hostOptionsOf } from './config/host-options-of.js';
import { LiveSettings } from './config/live-settings.js';
import { ownPluginFolder } from './config/plugin-folders.js';
import { defaultSettings, type Settings, settingTable } from './config/settings.js';
import { type DataFolder, openDataFolder } from './data-folder/data-folder.js';
import { tlsFor } from './http/binding.js';
import { createLogger } from './log/log.js';
import { createServer } from './server.js';
import { openLmdbStore } from './store/lmdb/lmdb-store.js';
import { withLookUps } from './store/look-ups.js';
import { isReported } from './store/store-error.js';
import { TrustedClock } from './store/trusted-clock.js';

/** `await using` closes it. */
export interface RunningServer extends AsyncDisposable {
  /** Where clients connect. */
  readonly url: string;
  /** Where operators connect. */
  readonly adminUrl: string;
  readonly adminToken: string;
  /** The file with the token; absent when the token came from the settings. */
  readonly adminTokenFile?: string;
  readonly host: Host;
  /** Resolves with the reason when the supervisor of the plugins is lost: every message is refused from then on. */
  readonly lost: Promise<string>;
  /** Resolves with the reason when another server has taken the store: nothing can be stored from then on. */
  readonly fenced: Promise<string>;
  /** Reports `draining`, and serves on. */
  drains(): void;
  /** Reads the TLS certificate and its key again. Never rejects. */
  readCertificateAgain(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const sessionSweepMs = 3_600_000;
const expirySweepMs = 10_000;

/**
 * Omitted settings have their defaults. Of `LiveSettings`, changes take effect while the server runs.
 * @throws when any part cannot start; the parts that had started are closed
 */
export async function startServer(
  given: Partial<Settings> | LiveSettings = {},
  logger: Logger = createLogger(liveOf(given).current.logLevel),
): Promise<RunningServer> {
  const settings = liveOf(given).current;
  const closers: (() => Promise<unknown>)[] = [];
  const close = closerOf(closers);
  try {
    return await start(settings, logger, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function liveOf(given: Partial<Settings> | LiveSettings): LiveSettings {
  return given instanceof LiveSettings ? given : new LiveSettings(given);
}

async function start(
  settings: Settings,
  logger: Logger,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  const tls = await tlsFor(settings, logger);
  closers.push(async () => tls?.close());
  const { takeOver, beginAnew, checkStoreBytes: checkBytesMax } = settings;
  const warn = (why: string) => logger.warn(why);
  const access = { takeOver, beginAnew, onWait: warn };
  const folder = await openDataFolder(settings.dataFolder, access);
  closers.push(() => folder.release());
  const opaqueSetup = await folder.opaqueSetup();
  const adminToken = settings.adminToken ?? (await folder.adminToken(settingTable.adminToken.kind));
  const clock = clockFor(settings, logger);
  const isCopy = await folder.isCopy();
  const newEpoch = isCopy || settings.newEpoch;
  if (newEpoch) {
    const why = isCopy ? 'the data folder is a copy' : 'newEpoch is set';
    logger.info(`${why}: a new epoch of message numbers begins`);
  }
  const opened = await openLmdbStore(folder.store, {
    takeOver,
    checkBytesMax,
    clock,
    newEpoch,
    freeBytesMin: settings.minFreeBytes,
    onWait: warn,
    onNote: warn,
    onTrouble: (sentence) => logger.error(sentence),
  });
  const store = withLookUps(opened);
  closers.push(() => store.close());
  if (isCopy) await folder.removeCopyMark();
  closers.push(sweep('sessions', () => store.removeSessionsExpiredBy(clock.removableBy()), sessionSweepMs, logger));
  closers.push(sweep('messages', () => store.removeExpired(), expirySweepMs, logger));
  await makePluginFolder(settings, logger);
  const host = await startHost(settings, folder, logger);
  closers.push(() => host.close());
  const admin = { host, token: adminToken };
  const { damaged, shortOfRoom } = store;
  const short = shortOfRoom();
  if (short !== undefined) logger.warn(`${short}: nothing is stored until there is room; what is stored can be read`);
  const server = await createServer({
    host,
    store,
    clock,
    damaged,
    shortOfRoom,
    opaqueSetup,
    settings,
    logger,
    admin,
    tls,
  });
  closers.push(() => server.close());
  const urls = await server.listen(
    { address: settings.address, port: settings.port },
    { address: settings.adminAddress, port: settings.adminPort },
  );
  const kept = settings.adminToken === undefined && { adminTokenFile: folder.adminTokenFile };
  const fenced = store.fenced.then(({ message }) => message);
  return {
    url: urls.client,
    adminUrl: urls.admin!,
    adminToken,
    ...kept,
    host,
    lost: lossOf(host),
    fenced,
    drains: () => server.drains(),
    readCertificateAgain: async () => tls?.readAgain(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function clockFor({ trustClock }: Settings, logger: Logger): TrustedClock {
  return new TrustedClock({
    isConfirmed: trustClock,
    onChange: (doubt) => {
      if (doubt === undefined) logger.info('the clock is trusted again');
      else logger.warn(doubt.reason);
    },
  });
}

function startHost(settings: Settings, folder: DataFolder, logger: Logger): Promise<Host> {
  return createHost({
    ...hostOptionsOf(settings),
    ...wishesOf(settings),
    stateFile: folder.pluginState,
    takeOver: settings.takeOver,
    pluginData: folder.pluginData,
    logger,
  });
}

/** Makes the default folder. A folder that the operator named is not made: a wrong name would go unnoticed. */
async function makePluginFolder({ plugins }: Settings, logger: Logger): Promise<void> {
  if (plugins !== defaultSettings.plugins || !plugins.includes(ownPluginFolder)) return;
  const refused = await mkdir(ownPluginFolder, { recursive: true }).then(
    () => undefined,
    (error: Error) => error,
  );
  if (refused !== undefined) logger.warn(`the folder of plugins could not be made: ${refused.message}`);
}

/** A plugin of the default list may be absent, because nobody asked for it. Recognises that list by identity. */
function wishesOf({ enabled }: Settings): Pick<HostOptions, 'enabled' | 'enabledIfFound'> {
  return enabled === defaultSettings.enabled ? { enabled: [], enabledIfFound: enabled } : { enabled };
}

/** Resolves when the host has lost its supervisor, possibly before this call. */
function lossOf(host: Host): Promise<string> {
  return new Promise((resolve) => {
    const look = ({ state, reason }: Host['supervisor']) => {
      if (state === 'lost') resolve(reason);
    };
    host.onSupervisor(look);
    look(host.supervisor);
  });
}

/** Calls the closers once, last first. A failure does not keep the rest open; the first error is thrown. */
function closerOf(closers: (() => Promise<unknown>)[]): () => Promise<void> {
  const closeAll = async () => {
    const errors: unknown[] = [];
    for (const closeOne of closers.toReversed()) await closeOne().catch((error) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  };
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= closeAll();
    return closing;
  };
}

/** Removes expired entries now and periodically. Returns a function that stops it and waits for a removal under way. */
function sweep(what: string, remove: () => Promise<number>, everyMs: number, logger: Logger): () => Promise<void> {
  const once = async () => {
    try {
      await remove();
    } catch (error) {
      if (!isReported(error)) logger.error({ err: error }, `expired ${what} could not be removed`);
    }
  };
  let underWay = once();
  const timer = setInterval(() => {
    underWay = underWay.then(once);
  }, everyMs).unref();
  return () => {
    clearInterval(timer);
    return underWay;
  };
}
