// Tries to change its configuration in each way, and tells which of them threw.

import { answering } from './trigger.mjs';

const ways = {
  name: (config) => {
    config.name = 'changed';
  },
  limits: (config) => {
    config.limits = [];
  },
  push: (config) => config.limits.push({}),
  max: (config) => {
    config.limits[0].max = 9;
  },
  added: (config) => {
    config.added = true;
  },
};

const isRefused = (way, config) => {
  try {
    way(config);
    return false;
  } catch {
    return true;
  }
};

export default answering({
  start({ config, log }) {
    const refused = Object.keys(ways).filter((name) => isRefused(ways[name], config));
    log.info({ refused, config }, 'tried');
  },
});
