// Hands work of every kind to the thread pool, a long one first, and refuses with the order in which it ends.

import { generateKeyPairSync, pbkdf2, randomBytes, sign, webcrypto } from 'node:crypto';
import { readFile, stat } from 'node:fs';
import { open, readFile as readPromised } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGunzip, createGzip, deflate, gzipSync } from 'node:zlib';
import { definePlugin, Reject } from '@gatehouse/plugin-api';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const own = fileURLToPath(import.meta.url);
const { subtle } = webcrypto;

/** One that fails calls nobody back, and one that is destroyed does not either. */
function brokenStream() {
  const stream = createGunzip();
  return new Promise((resolve) => {
    stream.on('error', resolve);
    stream.end('no gzip');
  });
}

function abandonedStream() {
  const stream = createGzip();
  stream.on('error', () => {});
  stream.write(Buffer.alloc(100_000));
  stream.destroy();
}

async function unzipped() {
  let length = 0;
  for await (const chunk of createGunzip().end(gzipSync(Buffer.alloc(100_000)))) length += chunk.length;
  if (length !== 100_000) throw new Error(`${length} bytes`);
}

const works = {
  long: () => promisify(pbkdf2)('password', 'salt', 200_000, 64, 'sha512'),
  digest: () => subtle.digest('SHA-256', Buffer.from('text')),
  sign: () => promisify(sign)('sha256', Buffer.from('text'), privateKey),
  random: () => promisify(randomBytes)(16),
  stat: () => promisify(stat)(own),
  read: () => promisify(readFile)(own),
  promised: () => readPromised(own),
  // In several steps, each of which waits its turn.
  deflate: () => promisify(deflate)(Buffer.alloc(10)),
};

export default definePlugin({
  async onMessageEnqueue() {
    const ends = [];
    const all = Object.entries(works).map(([name, work]) => work().then(() => ends.push(name)));
    await Promise.all(all);
    await brokenStream();
    abandonedStream();
    await unzipped();
    const handle = await open(own);
    const texts = await Promise.all([handle.stat(), handle.readFile('utf8')]);
    await handle.close();
    if (!texts[1].startsWith('// Hands')) ends.push('read wrongly');
    await promisify(stat)(`${own}.none`).catch(({ code }) => ends.push(code));
    await subtle.digest('none', Buffer.alloc(1)).catch(() => ends.push('no such digest'));
    return Reject(ends.join(', '));
  },
});
