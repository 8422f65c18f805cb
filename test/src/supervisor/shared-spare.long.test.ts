// The spare thread where Node cannot narrow a running thread: there is none that plugins share.

import { mayNarrow } from '@gatehouse/host/internal/node-internals/narrow';
import t from 'tap';
import { crash, sharing } from './sharing.js';

const skip = mayNarrow && 'this Node can';

t.test('where Node cannot narrow a thread, nobody shares one', { skip }, async (t) => {
  const { supervised, begun, is, spare, spec } = await sharing(t, true);
  await supervised.plugin.start();
  await is('unavailable');
  t.notOk(spare.covers(spec));
  const before = begun.all.map(({ threadId }) => threadId);
  t.notOk(before.includes((await crash(supervised)).threadId));
  await begun.until((all) => (all.length >= 4 ? true : undefined));
});
