// How long a certificate lasts, and when that is a condition. Times are passed in.

import { conditionOf, stateOf, validityOf } from '@gatehouse/server/internal/http/certificate';
import { Tls } from '@gatehouse/server/internal/http/tls';
import t from 'tap';
import { LogLines } from '../support/log-lines.js';
import { tempFolder } from '../support/temp-folder.js';
import { makePair, skip, started } from './tls-server.js';

/** Valid from 2026-11-26 to 2027-03-06, 15:20:34. */
const longer = `-----BEGIN CERTIFICATE-----
MIIBejCCASGgAwIBAgIUTG9j8LJapgXTXYuMpBqzGVqNyYYwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIZGF5cy0xMDAwHhcNMjYxMTI2MTUyMDM0WhcNMjcwMzA2MTUy
MDM0WjATMREwDwYDVQQDDAhkYXlzLTEwMDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABLjM06446VZVHeGRc9pDaIiLJB1CXAffo95FXXjcC6uI8F7oyL1g1zgELfGx
3K1saACnRmpsXDo2O6rnvT19ln2jUzBRMB0GA1UdDgQWBBS0V6dj0GxpCeC1QtGH
WaLJ1UKUnzAfBgNVHSMEGDAWgBS0V6dj0GxpCeC1QtGHWaLJ1UKUnzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIAaaT51/dSu1XtZTUoep7IvjZbNt
SMZVw+buSWOcMC1dAiB6XMfd6kOV9de5UY3wQgIIjbRpMuXF8T60W8mYvd5aDQ==
-----END CERTIFICATE-----
`;
/** Valid from 2026-11-26 to 2027-01-25, 15:20:35. */
const shorter = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUYlhRCpKfj+9kSS9CEBXEm177RGQwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHZGF5cy02MDAeFw0yNjExMjYxNTIwMzVaFw0yNzAxMjUxNTIw
MzVaMBIxEDAOBgNVBAMMB2RheXMtNjAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AASqjFdqGNyneu24U9oUwNn/eyJtuezVxAayRUzhMdty9Y+IVAGYljkdNBm/uKC+
AxHLspmWJEGWSlpWVODRK4ieo1MwUTAdBgNVHQ4EFgQUoS3k+ZReOVJaVK3CJXWp
z7jw+7MwHwYDVR0jBBgwFoAUoS3k+ZReOVJaVK3CJXWpz7jw+7MwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA01fSQux5DevIwex4IBTfyVqQAG3m
ozKcLk3xqKghJwkCIE238R5vm61XDeLsmdOJFWK/FPTXoFdXmoC/6nE2Hots
-----END CERTIFICATE-----
`;

const at = (text: string) => Date.parse(`${text}Z`);
const day = 86_400_000;

t.test('a chain is valid from when its last certificate begins until the first of them expires', async (t) => {
  t.strictSame(validityOf(Buffer.from(longer)), {
    validFrom: at('2026-11-26T15:20:34'),
    expiresAt: at('2027-03-06T15:20:34'),
  });
  t.strictSame(validityOf(Buffer.from(longer + shorter)), {
    validFrom: at('2026-11-26T15:20:35'),
    expiresAt: at('2027-01-25T15:20:35'),
  });
  t.throws(() => validityOf(Buffer.from('nothing')), /no certificate in PEM/);
});

t.test('a certificate is a warning from 30 days before its end, and an alert from its end', async (t) => {
  const validity = validityOf(Buffer.from(longer));
  const end = validity.expiresAt;
  t.equal(conditionOf(validity, end - 30 * day - 1), undefined);
  t.strictSame(conditionOf(validity, end - 30 * day), {
    name: 'certificate-expiring',
    since: new Date(end - 30 * day).toISOString(),
    reason: 'the TLS certificate expires in 30 days, on 2027-03-06: renew it',
  });
  t.match(conditionOf(validity, end - 1), { name: 'certificate-expiring', reason: /expires in 0 days, on 2027-03-06/ });
  t.strictSame(conditionOf(validity, end), {
    name: 'certificate-expired',
    since: new Date(end).toISOString(),
    reason: 'the TLS certificate expired on 2027-03-06, and clients refuse it: renew it',
  });
  const states = [-31 * day, -30 * day, 0].map((offset) => stateOf(validity, end + offset));
  t.strictSame(states, ['valid', 'expires-soon', 'expired']);
});

t.test('a certificate that is not valid yet is an alert', async (t) => {
  const validity = validityOf(Buffer.from(longer));
  t.match(conditionOf(validity, validity.validFrom - 1), {
    name: 'certificate-not-yet-valid',
    reason: 'the TLS certificate is valid from 2026-11-26 on only: check it and the clock',
  });
  t.equal(stateOf(validity, validity.validFrom - 1), 'not-yet-valid');
});

t.test(
  'a certificate that soon expires is logged at the start, again when it has expired, and stops nothing',
  {
    skip,
  },
  async (t) => {
    const folder = await tempFolder(t);
    // Valid for two days.
    const pair = await makePair(folder, 'one');
    const log = new LogLines();
    const { url } = await started(t, folder, { ...pair, enabled: [] }, log);
    t.match(url, /^https:/, 'it serves');
    t.match(log.of(/^the TLS certificate expires in 1 days/), [{ level: 40, state: 'expires-soon', expiresAt: /Z$/ }]);
    const own = new LogLines();
    const tls = await Tls.open(pair.tlsCert, pair.tlsKey, own.logger);
    t.teardown(() => tls.close());
    const { expiresAt } = tls.certificate();
    t.match(tls.certificateCondition(expiresAt), {
      name: 'certificate-expired',
      since: new Date(expiresAt).toISOString(),
    });
    t.equal(tls.certificate(expiresAt).state, 'expired');
    tls.logCondition(expiresAt);
    t.match(own.of(/^the TLS certificate expired on/), [{ level: 50, state: 'expired' }]);
    t.equal(tls.certificateCondition(expiresAt - 40 * day)?.name, 'certificate-not-yet-valid', 'so long before');
  },
);
