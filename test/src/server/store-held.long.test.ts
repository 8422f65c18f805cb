// Stores whose server is paused, killed, or out of sight.

import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { needsNamespaces } from './namespaces.js';
import { StoreWriter } from './store-writer.js';
import { nothingIsLost } from './stored-by-writers.js';

t.test('a server that is paused loses the store to one that waited, and writes nothing when it goes on', async (t) => {
  const folder = await tempFolder(t);
  const paused = new StoreWriter(t, folder, 'paused');
  await paused.wrote(100);
  let refusals = 0;
  let next: StoreWriter;
  for (;;) {
    paused.signal('SIGSTOP');
    next = new StoreWriter(t, folder, `next ${refusals}`);
    t.match((await next.reported('waits')).text, /^waiting up to 10 s, because another server \(process \d+/);
    const outcome = await Promise.race([next.reported('opened'), next.reported('refused')]);
    if (outcome.text === 'true') break;
    // Paused in the middle of a write, during which LMDB lets nobody else write.
    t.match(outcome.text, /cannot be taken: another process is in the middle of a write, .+; end that process first$/);
    refusals += 1;
    paused.signal('SIGCONT');
    await paused.wrote(paused.stored.length + 100);
  }
  await next.wrote(100);
  paused.signal('SIGCONT');
  await paused.reported('fenced');
  await next.wrote(next.stored.length + 100);
  await next.kill();
  await nothingIsLost(t, folder, [paused, next]);
});

t.test(
  'a server in another namespace is waited for, and then named with the way to end it',
  needsNamespaces,
  async (t) => {
    const folder = await tempFolder(t);
    const first = new StoreWriter(t, folder, 'first', { inNamespace: true });
    await first.wrote(100);
    const refused = new StoreWriter(t, folder, 'refused', { inNamespace: true });
    await refused.reported('waits');
    t.match((await refused.reported('refused')).text, /^another server .+: stop it, or start with --take-over/);
    await first.wrote(first.stored.length + 100);
    await first.kill();
    await nothingIsLost(t, folder, [first]);
  },
);

t.test('a store whose server was killed is opened without a wait', async (t) => {
  const folder = await tempFolder(t);
  const killed = new StoreWriter(t, folder, 'killed');
  await killed.wrote(100);
  await killed.kill();
  const from = Date.now();
  const next = new StoreWriter(t, folder, 'next');
  t.ok((await next.reported('opened')).at - from < 4_000);
  await next.wrote(100);
  await next.kill();
  await nothingIsLost(t, folder, [killed, next]);
});
