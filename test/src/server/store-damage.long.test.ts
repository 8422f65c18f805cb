// A store that was left open: how it is read through, by a server and by the command.

import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { checkLmdbStore } from '@gatehouse/server/internal/store/lmdb/check/run-check';
import { mailboxKey, messageIn } from '@gatehouse/server/internal/store/mailbox-key';
import { toBase64url } from '@gatehouse/server/internal/wire/bytes';
import t, { type Test } from 'tap';
import { program } from '../support/server-process.js';
import { tempFolder } from '../support/temp-folder.js';
import { answersOf, outcomeOf } from './damaged-at-places.js';
import { knownMailboxes, lastSeq } from './known-store.js';
import { copyOf, knownStores, openLmdb } from './known-stores.js';
import { serverProcess } from './server-process.js';

const [used, dense] = await knownStores(t);

t.test('a store without damage is read through, and answers exactly', async (t) => {
  for (const folder of [used!, dense!]) {
    t.match(await checkLmdbStore(folder), { faults: [], damaged: [], mailboxes: 300 });
    t.equal(outcomeOf(await answersOf(await copyOf(t, folder))), 'exact');
  }
});

/** A data folder with a store of which a mailbox does not hold what its record says. */
async function damagedFolder(t: Test): Promise<string> {
  const folder = await tempFolder(t);
  await cp(used!, join(folder, 'store'), { recursive: true });
  const root = openLmdb({ path: join(folder, 'store'), noSubdir: false, overlappingSync: false });
  const messages = root.openDB('messages', { encoding: 'binary', keyEncoding: 'binary' });
  await messages.remove(messageIn(mailboxKey(knownMailboxes[5]!), lastSeq));
  await root.close();
  return folder;
}

const { recipientKey, channelId } = knownMailboxes[5]!;
const nameOfDamaged = `${toBase64url(recipientKey)}/${toBase64url(channelId)}`;

t.test('`gatehouse check` lists what is damaged and ends with 1, or ends with 0', async (t) => {
  const check = (folder: string) =>
    new Promise<readonly [code: number, output: string, error: string]>((resolve) => {
      execFile(process.execPath, [program, 'check', folder], (error, output, complaint) =>
        resolve([Number(error?.code ?? 0), output, complaint]),
      );
    });
  const folder = await tempFolder(t);
  await cp(dense!, join(folder, 'store'), { recursive: true });
  const [sound, summary] = await check(folder);
  t.equal(sound, 0);
  // How many of the acknowledged ones are left depends on the time that there was to remove them.
  const messages = Number(/^(\d+) messages in 300 mailboxes were read\n$/.exec(summary)?.[1]);
  t.ok(messages >= 2400 && messages <= 3000, `${messages} messages`);
  const [code, output, error] = await check(await damagedFolder(t));
  t.equal(code, 1);
  t.match(output, `damaged: mailbox ${nameOfDamaged}\n${messages - 1} messages in 300 mailboxes were read\n`);
  t.match(error, /its mailboxes above are not served: put a backup in its place/);
  t.match(await check(await tempFolder(t)), [1, '', /cannot be checked: it holds no store/]);
});

t.test('a server reads through a store that was left open, serves the rest, and is not ready', async (t) => {
  const server = await serverProcess(t, { GATEHOUSE_DATA_FOLDER: await damagedFolder(t) });
  const answer = await fetch(`${server.url}/readyz`);
  t.equal(answer.status, 503);
  t.match(await answer.json(), { notReady: [{ what: 'store', condition: 'store-damaged' }] });
  server.signal('SIGTERM');
  t.strictSame(await server.ended, [0, null]);
  t.ok(server.log.some((line) => /^reading through the store \(\d+ MB\), because it was not closed$/.test(line)));
});
