// Loads native code that crashes.

import { createRequire } from 'node:module';
import { attempting } from './trigger.mjs';

export default attempting(({ config }) => {
  createRequire(import.meta.url)(config.addon);
  return 'loaded native code';
});
