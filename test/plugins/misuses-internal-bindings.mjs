// Calls Node's innards with what they do not expect, by the way that its configuration names.

import { attempting } from './trigger.mjs';

export default attempting(({ config: { binding = 'binding' } }) => {
  process[binding]('fs').internalModuleStat();
  return 'used internal bindings';
});
