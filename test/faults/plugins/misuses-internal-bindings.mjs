// Calls Node's innards with what they do not expect.

import { attempting } from './trigger.mjs';

export default attempting(() => {
  process.binding('fs').internalModuleStat();
  return 'used internal bindings';
});
