// A whole server, and certificates made on the spot for it.

import { execFileSync } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Settings, startServer } from '@gatehouse/server';
import type { Test } from 'tap';
import { LogLines } from '../support/log-lines.js';

/** A self-signed certificate for loopback under `name`, moved into place as an operator's tool does. */
export async function makePair(folder: string, name: string) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const args =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -addext subjectAltName=IP:127.0.0.1';
  execFileSync(
    'openssl',
    [...args.split(' '), '-subj', `/CN=${name}`, '-keyout', `${key}.new`, '-out', `${cert}.new`],
    { stdio: 'ignore' },
  );
  await rename(`${key}.new`, key);
  await rename(`${cert}.new`, cert);
  return { tlsKey: key, tlsCert: cert };
}

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
/** Why tests that need certificates are skipped. */
export const skip = hasOpenssl ? false : 'there is no openssl';

export async function started(t: Test, folder: string, more: Partial<Settings>, log = new LogLines()) {
  const settings = { dataFolder: join(folder, 'data'), plugins: [], enabled: [], port: 0, adminPort: 0, ...more };
  const server = await startServer(settings, log.logger);
  t.teardown(() => server.close());
  return server;
}
