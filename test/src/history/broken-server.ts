// A server whose store does not keep what it promises: the parts of the real one, with that store put between.

import { join } from 'node:path';
import { composeHooks } from '@gatehouse/plugin-api';
import { createLogger, createOpaqueSetup, createServer, openLmdbStore, readSettings } from '@gatehouse/server';
import { type BrokenStoreName, brokenStores } from './broken-stores.js';

const { settings } = readSettings({ env: process.env });
const store = await openLmdbStore(join(settings.dataFolder, 'store'));
const logger = createLogger('info');
const passes = { action: 'continue' } as const;

const server = await createServer({
  host: {
    ...composeHooks({}),
    onMessageEnqueue: () => passes,
    askAll: (_, events) => events.map(() => passes),
    askAsync: async () => passes,
  },
  store: { ...store, ...brokenStores[process.argv[2] as BrokenStoreName].breaks(store) },
  opaqueSetup: await createOpaqueSetup(),
  settings,
  logger,
});
const { client } = await server.listen({ address: settings.address, port: settings.port });
logger.info(`clients: ${client}/v1 (with a broken store)`);
