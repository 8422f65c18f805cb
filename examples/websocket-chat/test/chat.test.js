// Real clients chat: what the plugins let pass and refuse, and what one costs that crashes or hangs.

import assert from 'node:assert/strict';
import { EventEmitter, on, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { startChat } from '../chat.js';

const timeout = 30_000;
/** Emits the lines of the host's log, by their message. */
const log = new EventEmitter();
/** @type {(message: string, fields: object) => void} */
const emit = (message, fields) => log.emit(message, fields);
const logger = { debug: emit, info: emit, warn: emit, error: emit };
/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof startChat>>} */
let chat;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-'));
  const hostOptions = {
    plugins: [fileURLToPath(new URL('plugins', import.meta.url))],
    enabled: ['saboteur'],
    logger,
    readyMs: timeout,
    // A busy machine keeps plugins from their cores: they are waited for as long as they want to run.
    gate: { budgetMs: 10_000 },
  };
  chat = await startChat({ port: 0, folder, hostOptions });
});
after(async () => {
  await chat.close();
  await rm(folder, { recursive: true });
});

/** A visitor of a room. */
class Visitor {
  #socket;
  #messages;

  /**
   * @param {string} room
   * @param {string} user
   */
  constructor(room, user) {
    this.#socket = new WebSocket(`ws://localhost:${chat.port}/${room}?user=${encodeURIComponent(user)}`);
    this.#messages = on(this.#socket, 'message');
    this.closed = once(this.#socket, 'close');
  }

  /** Resolves to the next message to this visitor. */
  async hear() {
    const { value } = await this.#messages.next();
    return JSON.parse(String(value[0]));
  }

  /** @param {string} words */
  say(words) {
    this.#socket.send(words);
  }

  /**
   * Says something until it is heard, and returns what was refused until then.
   *
   * @param {string} words
   */
  async repeat(words) {
    const refused = [];
    for (;;) {
      this.say(words);
      const heard = await this.hear();
      if ('words' in heard) return refused;
      refused.push(heard.refused);
    }
  }

  leave() {
    this.#socket.terminate();
  }
}

/**
 * @param {import('node:test').TestContext} t
 * @param {string} room
 * @param {string} user
 */
async function joined(t, room, user) {
  const visitor = new Visitor(room, user);
  t.after(() => visitor.leave());
  assert.deepEqual(await visitor.hear(), { joined: room });
  return visitor;
}

test('what is said is heard in its room, and stands in its transcript', { timeout }, async (t) => {
  const [ada, bob] = [await joined(t, 'kitchen', 'ada'), await joined(t, 'kitchen', 'bob')];
  const written = once(log, 'written');
  ada.say('tea is ready');
  assert.deepEqual(await bob.hear(), { from: 'ada', words: 'tea is ready' });
  const [{ plugin, fields }] = await written;
  assert.deepEqual([plugin, fields], ['transcript', { file: 'kitchen.txt' }]);
  assert.equal(await readFile(join(folder, 'transcript', 'kitchen.txt'), 'utf8'), 'ada: tea is ready\n');
});

test('a visitor and a word are refused with the reason of the plugin', { timeout }, async (t) => {
  const stranger = new Visitor('kitchen', 'A D A');
  assert.deepEqual(await stranger.hear(), { refused: 'names are made of small letters, digits and hyphens' });
  assert.equal((await stranger.closed)[0], 1008);
  const ada = await joined(t, 'kitchen', 'ada');
  ada.say('Blast!');
  assert.deepEqual(await ada.hear(), { refused: '"blast" is not said here' });
});

test('what is longer than the table of hooks allows is refused, and nobody is asked', { timeout }, async (t) => {
  const ada = await joined(t, 'kitchen', 'ada');
  ada.say('x'.repeat(2001));
  assert.match((await ada.hear()).refused, /^onSay: words: /);
});

for (const { deed, told } of [
  // On a busy machine a thread may take longer to end than it may take to answer.
  { deed: 'crash', told: /saboteur could not say: (crashed|timed-out)$/ },
  { deed: 'hang', told: /saboteur could not say: timed-out$/ },
]) {
  test(`a ${deed} of a plugin costs its line, and the chat goes on`, { timeout }, async (t) => {
    const ada = await joined(t, 'kitchen', 'ada');
    ada.say(deed);
    assert.match((await ada.hear()).refused, told);
    // The hooks that it does not implement do not miss it.
    const bob = await joined(t, 'kitchen', 'bob');
    // What is said again is heard once the plugin runs again and can say.
    const refused = await bob.repeat('are you there?');
    assert.ok(refused.every((reason) => reason.startsWith('saboteur could not say: ')));
  });
}
