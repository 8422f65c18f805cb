// A process that was killed while it read the store, as a backup does.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { mailbox } from '../store-contract/small-messages.js';
import { admitAll, offerOf } from '../support/admit-all.js';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

const [rounds, messages, bytes] = [10, 20, 50_000];
const filled = messages * bytes;

t.test('a reader that was killed does not make the file grow', async (t) => {
  const folder = await tempFolder(t);
  const store = await storeIn(t, folder);
  const size = async () => (await stat(join(folder, 'data.mdb'))).size;
  const fillAndEmpty = async () => {
    const to = mailbox(1);
    await admitAll(
      store,
      Array.from({ length: messages }, () => offerOf(to, Buffer.alloc(bytes, 1))),
    );
    await store.acknowledge(to, 2n ** 60n);
  };
  await fillAndEmpty();
  const reader = fork(fileURLToPath(new URL('./reads-until-killed.js', import.meta.url)), [folder], { execArgv: [] });
  t.teardown(() => reader.kill('SIGKILL'));
  await once(reader, 'message');
  reader.kill('SIGKILL');
  await once(reader, 'exit');
  await store.removeExpired();
  const before = await size();
  for (let i = 0; i < rounds; i++) await fillAndEmpty();
  const grown = (await size()) - before;
  t.ok(grown < 4 * filled, `${grown} bytes, in ${rounds} rounds of ${filled}`);
});
