// Loads the native code that its configuration names.

import { attempting } from './trigger.mjs';

export default attempting(({ config }) => {
  process.dlopen({ exports: {} }, config.addon);
  return 'loaded native code';
});
