// A real client sends mail: what the plugins let pass, refuse and put off, and what one costs that crashes or hangs.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { startSmtp } from '../smtp.js';

const timeout = 30_000;
/** Emits the lines of the host's log, by their message. */
const log = new EventEmitter();
/** @type {(message: string, fields: object) => void} */
const emit = (message, fields) => log.emit(message, fields);
const logger = { debug: emit, info: emit, warn: emit, error: emit };
/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof startSmtp>>} */
let smtp;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-'));
  const hostOptions = {
    plugins: [fileURLToPath(new URL('plugins', import.meta.url))],
    enabled: ['saboteur'],
    config: { greylist: { delayMs: 0 } },
    logger,
    readyMs: timeout,
    // A busy machine keeps plugins from their cores: they are waited for as long as they want to run.
    gate: { budgetMs: 10_000 },
  };
  smtp = await startSmtp({ port: 0, folder, hostOptions });
});
after(async () => {
  await smtp.close();
  await rm(folder, { recursive: true });
});

/** @param {object} mail */
function send(mail) {
  const transport = createTransport({ host: '127.0.0.1', port: smtp.port });
  return transport.sendMail({ from: 'ada@example.com', subject: 'hello', text: 'hello', ...mail });
}

/** @param {object} mail */
async function isPutOff(mail) {
  const code = await send(mail).then(
    () => 250,
    ({ responseCode }) => responseCode,
  );
  assert.ok([250, 451].includes(code), `got ${code}`);
  return code === 451;
}

test('who comes for the first time is told to come again', { timeout }, async () => {
  const mail = { to: 'bob@example.org' };
  await assert.rejects(send(mail), { responseCode: 451, response: /greylisted, come again later/ });
  const accepted = once(log, 'accepted');
  await send(mail);
  await accepted;
});

test('a mail that passes is written to the disk, and stands in the journal', { timeout }, async () => {
  const accepted = once(log, 'accepted');
  const { response } = await send({ to: 'bob@example.org', subject: 'good news' });
  const [{ fields }] = await accepted;
  assert.equal(response, `250 taken as ${fields.id}`);
  assert.match(await readFile(join(folder, `${fields.id}.eml`), 'utf8'), /^Subject: good news\r$/m);
  assert.deepEqual([fields.from, fields.to], ['ada@example.com', 'bob@example.org']);
});

test('a recipient elsewhere is refused with the reason of the plugin', { timeout }, async () => {
  await assert.rejects(send({ to: 'bob@example.net' }), {
    responseCode: 556,
    response: /no mail for example.net here/,
  });
});

test('what is longer than the table of hooks allows is refused, and nobody is asked', { timeout }, async () => {
  const mail = { to: 'bob@example.org', subject: 'x'.repeat(999) };
  await assert.rejects(send(mail), { responseCode: 550, response: /onMail: subject: / });
});

for (const { deed, told } of [
  // On a busy machine a thread may take longer to end than it may take to answer.
  { deed: 'crash', told: /saboteur could not say: (crashed|timed-out)$/ },
  { deed: 'hang', told: /saboteur could not say: timed-out$/ },
]) {
  test(`a ${deed} of a plugin puts its mail off, and the server goes on`, { timeout }, async () => {
    await assert.rejects(send({ to: `${deed}@example.org` }), { responseCode: 451, response: told });
    // A refusal of another plugin does not need it.
    await assert.rejects(send({ to: 'bob@example.net' }), { responseCode: 556 });
    // A mail server tries again, until the plugin runs again and can say.
    while (await isPutOff({ to: 'bob@example.org' }));
  });
}
