// Real requests to the guestbook: what the plugins let pass and refuse, and what one costs that crashes or hangs.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startGuestbook } from '../guestbook.js';

const timeout = 30_000;
const token = 'only-operators-have-it';
/** Emits the lines of the host's log, by their message. */
const log = new EventEmitter();
/** @type {(message: string, fields: object) => void} */
const emit = (message, fields) => log.emit(message, fields);
const logger = { debug: emit, info: emit, warn: emit, error: emit };
/** @type {Awaited<ReturnType<typeof startGuestbook>>} */
let guestbook;

before(async () => {
  const hostOptions = {
    plugins: [fileURLToPath(new URL('plugins', import.meta.url))],
    enabled: ['saboteur'],
    logger,
    readyMs: timeout,
    // A busy machine keeps plugins from their cores: they are waited for as long as they want to run.
    gate: { budgetMs: 10_000 },
  };
  guestbook = await startGuestbook({ port: 0, token, hostOptions });
});
after(() => guestbook.close());

const address = () => `http://localhost:${guestbook.port}/entries`;
const entries = async () => (await fetch(address())).json();

/** @param {unknown} entry */
async function write(entry) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(address(), { method: 'POST', headers, body: JSON.stringify(entry) });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
}

test('an entry that passes is written, and its answer stands in the access log', { timeout }, async () => {
  const answered = once(log, 'answered');
  assert.equal((await write({ author: 'ada', words: 'I was here' })).status, 201);
  const [{ plugin, fields }] = await answered;
  assert.deepEqual([plugin, fields.method, fields.path, fields.status], ['access-log', 'POST', '/entries', 201]);
  assert.deepEqual(await entries(), [{ author: 'ada', words: 'I was here' }]);
});

test('an entry is refused with the reason of the plugin', { timeout }, async () => {
  const { status, text } = await write({ author: 'eve', words: 'http://a.example http://b.example' });
  assert.equal(status, 403);
  assert.deepEqual(JSON.parse(text), { refused: 'an entry has at most 1 link', plugin: 'spam-filter' });
});

test('what does not fit into the table of hooks is refused, and nobody is asked', { timeout }, async () => {
  for (const entry of [{ author: 'eve', words: 'x'.repeat(2001) }, { author: 'eve' }, []]) {
    const { status, text } = await write(entry);
    assert.equal(status, 422);
    assert.match(JSON.parse(text).refused, /^onEntry: (words|author): /);
  }
});

for (const { deed, told } of [
  // On a busy machine a thread may take longer to end than it may take to answer.
  { deed: 'crash', told: /saboteur could not say: (crashed|timed-out)$/ },
  { deed: 'hang', told: /saboteur could not say: timed-out$/ },
]) {
  test(`a ${deed} of a plugin puts its entry off, and the app goes on`, { timeout }, async () => {
    const { status, retryAfter, text } = await write({ author: 'eve', words: deed });
    assert.deepEqual([status, retryAfter], [503, '1']);
    const { plugin, refused } = JSON.parse(text);
    assert.match(`${plugin} ${refused}`, told);
    // What asks no plugin does not miss it, nor does a refusal of another one.
    assert.ok(Array.isArray(await entries()));
    assert.equal((await write({ author: 'eve', words: '' })).status, 403);
    // A client tries again, until the plugin runs again and can say.
    for (let again; again !== 201; ) {
      again = (await write({ author: 'ada', words: `after the ${deed}` })).status;
      assert.ok([201, 503].includes(again), `got ${again}`);
    }
  });
}

test('an operator with the token switches a plugin off and on, and nobody without', { timeout }, async () => {
  /** @type {(deed: string, authorization: string) => Promise<number>} */
  const filter = async (deed, authorization) => {
    const path = `http://localhost:${guestbook.port}/admin/plugins/spam-filter/${deed}`;
    return (await fetch(path, { method: 'POST', headers: { authorization } })).status;
  };
  const spam = { author: 'eve', words: 'http://a.example http://b.example' };
  assert.equal(await filter('disable', 'Bearer of-somebody-else'), 401);
  assert.equal((await write(spam)).status, 403);
  assert.equal(await filter('disable', `Bearer ${token}`), 200);
  assert.equal((await write(spam)).status, 201);
  assert.equal(await filter('enable', `Bearer ${token}`), 200);
  assert.equal((await write(spam)).status, 403);
});
