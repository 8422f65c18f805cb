// Stores with a damaged page: each is refused, or answers exactly, or refuses some mailboxes. No process ends over one.

import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, mkdir, open, stat, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLmdbStore } from '@gatehouse/server';
import { checkLmdbStore } from '@gatehouse/server/internal/store/lmdb/check/run-check';
import { messageKey } from '@gatehouse/server/internal/store/mailbox-key';
import { toBase64url } from '@gatehouse/server/internal/wire/bytes';
import t, { type Test } from 'tap';
import { type Choose, chooserOf } from '../history/random.js';
import { program } from '../support/server-process.js';
import { tempFolder } from '../support/temp-folder.js';
import type { Answers } from './answers-if-sound.js';
import { fill, knownMailboxes, lastSeq } from './known-store.js';
import { serverProcess } from './server-process.js';

const places = 30;
const pageSize = 4_096;
const checkBytesMax = 2 ** 30;
/** Records have no checksum yet: of a payload whose bits have changed nobody can tell. */
const recordsHaveChecksums = false;

type Spoil = (file: string, place: number, choose: Choose) => Promise<string>;

const faults: Readonly<Record<string, Spoil>> = {
  'a page of zeros': async (file, _, choose) => {
    const page = choose(await pagesOf(file));
    await write(file, page * pageSize, Buffer.alloc(pageSize));
    return `page ${page}`;
  },
  'a last page that is cut off': async (file, place) => {
    // By half a page, a page, and so on.
    await truncate(file, (await pagesOf(file)) * pageSize - ((place + 1) * pageSize) / 2);
    return `${(place + 1) / 2} pages`;
  },
  'random bits in a page': async (file, _, choose) => {
    const page = choose(await pagesOf(file));
    const bits = 1 + choose(8);
    for (let i = 0; i < bits; i++) await flip(file, page * pageSize + choose(pageSize), 1 << choose(8));
    return `${bits} bits in page ${page}`;
  },
};

/** The server’s own: the tests have none. */
const { open: openLmdb } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');

/** A store that was used, in which a third of the pages are free, and a copy of it without free pages. */
async function knownStores(t: Test): Promise<readonly string[]> {
  const [used, dense] = [await tempFolder(t), await tempFolder(t)];
  const store = await openLmdbStore(used);
  await fill(store);
  await store.close();
  const root = openLmdb({ path: used, noSubdir: false, readOnly: true });
  await root.backup(dense, true);
  await root.close();
  for (const folder of [used, dense]) {
    // As a server leaves it that was killed.
    await writeFile(join(folder, 'beat'), JSON.stringify({ pid: 2 ** 22, started: '1' }));
  }
  return [used, dense];
}

async function copyOf(t: Test, folder: string, name: string): Promise<string> {
  const copy = join(await tempFolder(t), name);
  await mkdir(copy);
  for (const file of ['data.mdb', 'beat']) await copyFile(join(folder, file), join(copy, file));
  return copy;
}

async function answersOf(folder: string): Promise<Answers | string> {
  const file = fileURLToPath(new URL('./answers-if-sound.js', import.meta.url));
  const child = fork(file, [folder, String(checkBytesMax)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let answers: Answers | undefined;
  child.once('message', (message: Answers) => {
    answers = message;
  });
  const [code, signal] = await once(child, 'exit');
  return answers ?? `the process has ended (${signal ?? code})`;
}

type Outcome = 'refused' | 'exact' | 'some mailboxes refused' | 'altered' | 'wrong';

function outcomeOf(answers: Answers | string): Outcome {
  if (typeof answers === 'string') return 'wrong';
  if (answers.refused !== undefined) return /put a backup in its place/.test(answers.refused) ? 'refused' : 'wrong';
  if (answers.errors.length > 0 || answers.short.length > 0) return 'wrong';
  if (answers.altered.length > 0) return 'altered';
  return answers.damaged.length > 0 ? 'some mailboxes refused' : 'exact';
}

function detailOf(answers: Answers | string): string {
  if (typeof answers === 'string') return answers;
  const { refused, errors, damaged, short } = answers;
  return `(${refused ?? [...errors, `${damaged.length} refused, ${short.length} short`].join('; ')})`;
}

const sound = await knownStores(t as unknown as Test);

t.test('a store without damage is read through, and answers exactly', async (t) => {
  for (const folder of sound) {
    t.match(await checkLmdbStore(folder), { faults: [], damaged: [], mailboxes: 300 });
    t.equal(outcomeOf(await answersOf(await copyOf(t, folder, 'sound'))), 'exact');
  }
});

for (const [fault, spoil] of Object.entries(faults)) {
  t.test(
    `${fault}, at ${places} places: refused, exact, or some mailboxes refused`,
    { timeout: 580_000 },
    async (t) => {
      const choose = chooserOf(fault);
      const outcomes: Outcome[] = [];
      for (let place = 0; place < places; place++) {
        const folder = await copyOf(t, sound[place % 2]!, `${place}`);
        const what = await spoil(join(folder, 'data.mdb'), place, choose);
        const answers = await answersOf(folder);
        const outcome = outcomeOf(answers);
        outcomes.push(outcome);
        const isRight = outcome !== 'wrong' && (outcome !== 'altered' || !recordsHaveChecksums);
        t.ok(isRight, `${what}: ${outcome} ${detailOf(answers)}`);
      }
      t.comment(`${fault}: ${tally(outcomes)}`);
    },
  );
}

/** A data folder with a store of which a mailbox does not hold what its record says. */
async function damagedFolder(t: Test): Promise<string> {
  const folder = await tempFolder(t);
  await cp(sound[0]!, join(folder, 'store'), { recursive: true });
  const root = openLmdb({ path: join(folder, 'store'), noSubdir: false, overlappingSync: false });
  const messages = root.openDB('messages', { encoding: 'binary', keyEncoding: 'binary' });
  await messages.remove(messageKey(knownMailboxes[5]!, lastSeq));
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
  await cp(sound[1]!, join(folder, 'store'), { recursive: true });
  t.strictSame(await check(folder), [0, '2900 messages in 300 mailboxes were read\n', '']);
  const [code, output, error] = await check(await damagedFolder(t));
  t.equal(code, 1);
  t.match(output, `damaged: mailbox ${nameOfDamaged}\n2899 messages in 300 mailboxes were read\n`);
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

function tally(outcomes: readonly Outcome[]): string {
  const names = [...new Set(outcomes)].sort();
  return names.map((name) => `${name} ${outcomes.filter((one) => one === name).length}`).join(', ');
}

async function pagesOf(file: string): Promise<number> {
  return Math.floor((await stat(file)).size / pageSize);
}

async function write(file: string, position: number, bytes: Buffer): Promise<void> {
  const opened = await open(file, 'r+');
  try {
    await opened.write(bytes, 0, bytes.length, position);
  } finally {
    await opened.close();
  }
}

async function flip(file: string, position: number, bit: number): Promise<void> {
  const opened = await open(file, 'r+');
  try {
    const { buffer } = await opened.read(Buffer.alloc(1), 0, 1, position);
    await opened.write(Buffer.of(buffer[0]! ^ bit), 0, 1, position);
  } finally {
    await opened.close();
  }
}
