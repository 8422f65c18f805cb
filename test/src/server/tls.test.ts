// TLS and HTTP/2 with certificates made on the spot, and where the server does not listen without.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, chown, readFile, rename, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import t from 'tap';
import { LogLines } from '../support/log-lines.js';
import { tempFolder } from '../support/temp-folder.js';
import { makePair, skip, started } from './tls-server.js';

function getLive(url: string, ca: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/livez`, { ca, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    asked.once('error', reject).end();
  });
}

/** The name of the certificate that a new connection is shown. */
function servedName(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).subject);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

t.test('with a certificate both ports speak TLS, to clients of HTTP/1.1 and HTTP/2', { skip }, async (t) => {
  const folder = await tempFolder(t);
  const pair = await makePair(folder, 'one');
  const { url, adminUrl } = await started(t, folder, pair);
  const ca = readFileSync(pair.tlsCert);
  for (const each of [url, adminUrl]) {
    t.match(each, /^https:/);
    t.match(await getLive(each, ca), 'live');
    const session = connectHttp2(each, { ca });
    const stream = session.request({ ':path': '/livez' });
    const status = await new Promise((resolve, reject) => {
      session.once('error', reject);
      stream.once('response', (headers) => resolve(headers[':status'])).resume();
    });
    t.equal(status, 200);
    t.equal(session.alpnProtocol, 'h2');
    await new Promise<void>((resolve) => session.close(resolve));
  }
});

t.test('a new certificate is taken while the server runs, a broken one is not', { skip }, async (t) => {
  const folder = await tempFolder(t);
  const pair = await makePair(folder, 'one');
  const log = new LogLines();
  const { url, readCertificateAgain } = await started(t, folder, pair, log);
  t.equal(await servedName(url), 'CN=one');
  await chmod(pair.tlsKey, 0o644);
  await readCertificateAgain();
  t.match(log.all.at(-1), { err: { message: /one\.key may be read by others/ } }, 'as is asked for by a signal');
  await chmod(pair.tlsKey, 0o600);
  await writeFile(pair.tlsCert, 'no certificate');
  await log.until('the new TLS certificate and key cannot be used; the old ones stay');
  t.equal(await servedName(url), 'CN=one');
  const two = await makePair(folder, 'two');
  await rename(two.tlsKey, pair.tlsKey);
  const chain = await readFile(two.tlsCert, 'utf8');
  await writeFile(pair.tlsCert, `\uFEFF${chain}`);
  await log.until('the new TLS certificate is in use');
  t.equal(await servedName(url), 'CN=two');
});

t.test('files that are no pair end the start with an error that names them', { skip }, async (t) => {
  const folder = await tempFolder(t);
  const [one, two] = [await makePair(folder, 'one'), await makePair(folder, 'two')];
  const mixed = { tlsCert: one.tlsCert, tlsKey: two.tlsKey };
  await t.rejects(started(t, folder, mixed), { name: 'SettingsError', message: /one\.crt.*two\.key.*cannot be used/ });
  const missing = { ...one, tlsKey: join(folder, 'nowhere') };
  await t.rejects(started(t, folder, missing), { name: 'SettingsError', message: /ENOENT/ });
  await t.rejects(started(t, folder, { tlsCert: one.tlsCert }), { message: /belong together/ });
  await chmod(one.tlsKey, 0o644);
  await t.rejects(started(t, folder, one), {
    name: 'SettingsError',
    message: /one\.key may be read by others \(mode 644\)/,
  });
  await chmod(one.tlsKey, 0o640);
  if (process.getuid?.() === 0) {
    await (await started(t, folder, one)).close();
    await chown(one.tlsKey, 65_534, 65_534);
  }
  await t.rejects(
    started(t, folder, one),
    { message: /\(mode 640\): it has to have mode 600$/ },
    "unless it is root's",
  );
});

t.test('in the clear the server listens on loopback only, unless it is told that this is meant', async (t) => {
  const folder = await tempFolder(t);
  for (const name of ['address', 'adminAddress'] as const) {
    for (const address of ['0.0.0.0', '::', '192.0.2.1']) {
      const wanted = new RegExp(`^${name} is .*tlsCert and tlsKey, or insecureBind`);
      await t.rejects(started(t, folder, { [name]: address }), { name: 'SettingsError', message: wanted });
    }
  }
  const { url } = await started(t, folder, { address: '0.0.0.0', insecureBind: true });
  t.equal((await fetch(`http://127.0.0.1:${new URL(url).port}/livez`)).status, 200);
});
