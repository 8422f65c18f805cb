// Uses variables of its environment and its data folder as if they were there.

import { join } from 'node:path';
import { env } from 'node:process';
import { answering } from './trigger.mjs';

export default answering({
  start({ log, config, ...context }) {
    process.env.OWN = 'own';
    delete process.env.OWN;
    process.env.OWN = 'own again';
    log.info({ zone: String(process.env.ZONE), token: String(env.TOKEN), own: process.env.OWN }, 'read');
    if (config.needsFolder) join(context.dataFolder, 'notes');
  },
});
