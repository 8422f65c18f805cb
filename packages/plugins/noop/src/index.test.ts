// The plugin has a handler for every hook, and none does anything.

import { Continue } from '@gatehouse/plugin-api';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import t from 'tap';
import noop from './index.js';

t.test('every hook of the table has a handler, whose answer changes nothing', async (t) => {
  for (const name of hookNames) {
    const handler = noop[name] as () => unknown;
    t.equal(handler(), hooks[name].kind === 'gate' ? Continue : undefined, name);
  }
});
