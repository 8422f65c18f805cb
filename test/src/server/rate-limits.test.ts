// How many requests are taken.

import t from 'tap';
import { newUser, post, register, startLogin } from '../support/client.js';
import { documentOf } from '../support/described.js';
import { smallServer } from '../support/small-server.js';

t.test('an identity may ask so often and no more, whatever the others do', async (t) => {
  const { url } = await smallServer(t, { settings: { rateLimit: 3 } });
  const [alice, bob] = [await newUser(url, 'alice'), await newUser(url, 'bob')];
  const body = { peerKey: bob.key };
  const statuses = await Promise.all(Array.from({ length: 5 }, () => alice.post('channels', body)));
  const refused = statuses.filter(({ status }) => status === 429);
  t.equal(refused.length, 2);
  t.match(refused[0]?.body, { code: 'RATE_LIMITED' });
  t.equal(refused[0]?.headers.get('retry-after'), '1');
  t.equal((await bob.post('channels', { peerKey: alice.key })).status, 200);
});

t.test('an address may try so many logins and no more, with whatever token', async (t) => {
  const { url, told } = await smallServer(t, { settings: { loginRateLimit: 3 } });
  t.equal((await register(url, 'alice', 'secret')).status, 201, 'two requests');
  t.equal((await startLogin(url, 'alice', 'guess')).started.status, 200);
  const { started } = await startLogin(url, 'alice', 'guess');
  t.match(started, { status: 429, body: { code: 'RATE_LIMITED' } });
  t.ok(Number(started.headers.get('retry-after')) > 1);
  t.strictSame(told.onAuth, [], 'what was not tried is not told');
});

t.test('every answer of a limited route says what is left, as structured fields', async (t) => {
  const { url } = await smallServer(t, { settings: { rateLimit: 4, loginRateLimit: 5 } });
  const alice = await newUser(url, 'alice');
  const rates = ({ headers }: { headers: Headers }) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];
  const asked = await Promise.all(Array.from({ length: 7 }, () => alice.post('channels', {})));
  for (const answer of asked) t.equal(rates(answer)[0], '"caller";q=4;w=1');
  const of = (wanted: number) => asked.filter(({ status }) => status === wanted).map((answer) => rates(answer)[1]);
  t.strictSame(
    of(400).sort(),
    [0, 1, 2, 3].map((left) => `"caller";r=${left};t=1`),
    'also an invalid one',
  );
  t.strictSame(of(429), Array(3).fill('"caller";r=0;t=1'));
  const nobody = await post(url, 'channels', {});
  t.strictSame([nobody.status, ...rates(nobody)], [401, '"caller";q=4;w=1', '"caller";r=3;t=1']);
  const login = await post(url, 'login/start', {});
  t.equal(rates(login)[0], '"address";q=5;w=60');
  t.match(rates(login)[1], /^"address";r=0;t=\d+$/, 'a user took four');
  for (const { headers } of [...asked, login]) {
    t.notOk([...headers.keys()].some((name) => name.startsWith('x-ratelimit')));
  }
});

t.test('a limit that is off is in no answer', async (t) => {
  const { url } = await smallServer(t);
  const { headers } = await post(url, 'login/start', {});
  t.strictSame([headers.get('ratelimit'), headers.get('ratelimit-policy')], [null, null]);
});

t.test('a clock that is set back or forward by an hour changes no window and no wait', async (t) => {
  const { now } = Date;
  const setBy = (hours: number) => {
    Date.now = () => now() + hours * 3_600_000;
  };
  t.teardown(() => setBy(0));
  const settings = { rateLimit: 2, loginRateLimit: 7, loginTries: 1, loginDelaySeconds: 60 };
  const { url } = await smallServer(t, { settings });
  const alice = await newUser(url, 'alice');
  const bursts = [];
  for (const hours of [0, -1, 1]) {
    setBy(hours);
    bursts.push(await Promise.all([1, 2, 3].map(() => alice.post('channels', { peerKey: alice.key }))));
  }
  const refused = bursts.flat().filter(({ status }) => status === 429);
  t.ok(refused.length >= 1);
  for (const { headers } of refused) t.equal(headers.get('retry-after'), '1');
  setBy(0);
  await startLogin(url, 'alice', 'guess');
  const logins = [];
  for (const hours of [-1, 1, -1]) {
    setBy(hours);
    logins.push((await startLogin(url, 'alice', 'guess')).started);
  }
  const [wait, ...others] = logins;
  t.match(wait, { status: 429, body: { detail: 'too many tries of this account' } });
  for (const { status, headers } of [wait!, ...others]) {
    t.equal(status, 429);
    t.ok(Number(headers.get('retry-after')) <= 60, headers.get('retry-after') ?? 'none');
  }
  t.equal(others.at(-1)?.body.detail, undefined, 'the window of the address goes on');
});

t.test('no route is without a limit, also for those who do not say who they are', async (t) => {
  const { url } = await smallServer(t, { settings: { rateLimit: 1, loginRateLimit: 1 } });
  const { paths } = await documentOf(url);
  const routes = Object.keys(paths).filter((path) => path.startsWith('/v1/'));
  t.ok(routes.length >= 12);
  for (const route of routes) {
    // Three, as two may fall into two windows.
    const answers = await Promise.all([1, 2, 3].map(() => post(url, route.slice('/v1/'.length))));
    t.ok(
      answers.some(({ status }) => status === 429),
      route,
    );
  }
});

t.test('a network of IPv6 counts as one address, as whoever has it has all of its addresses', async (t) => {
  const { askFrom } = await smallServer(t, { settings: { loginRateLimit: 2 } });
  const ask = (address: string) => askFrom(address, 'login/start');
  t.strictSame([await ask('2001:db8:1:2::1'), await ask('2001:db8:1:2::2')], [400, 400]);
  t.equal(await ask('2001:db8:1:2:ffff::3'), 429);
  t.equal(await ask('2001:db8:1:3::1'), 400);
  t.strictSame([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('::ffff:192.0.2.1')], [400, 400, 429]);
  t.equal(await ask('192.0.2.2'), 400);
});

t.test('behind a trusted proxy each client is limited by its own address, and locks nobody else out', async (t) => {
  const settings = { loginRateLimit: 2, trustProxy: ['127.0.0.0/8', '10.0.0.0/8'] };
  const { url } = await smallServer(t, { settings });
  const ask = async (forwarded: string) =>
    (await post(url, 'login/start', {}, undefined, undefined, { 'x-forwarded-for': forwarded })).status;
  const attacker = '192.0.2.1';
  t.strictSame([await ask(attacker), await ask(attacker), await ask(attacker)], [400, 400, 429]);
  t.equal(await ask('192.0.2.2'), 400);
  t.equal(await ask(`198.51.100.7, ${attacker}`), 429, 'what the client itself claims is not believed');
  t.equal(await ask(`${attacker}, 10.1.2.3`), 429, 'nor counted for a proxy in between');
  const nonsense = [await ask('a'), await ask('b'), await ask('unknown')];
  t.strictSame(nonsense, [400, 400, 429], 'no text but an address has counts of its own');
});

t.test('a number of proxies is believed to the same depth', async (t) => {
  const { url } = await smallServer(t, { settings: { loginRateLimit: 1, trustProxy: 1 } });
  const ask = async (forwarded: string) =>
    (await post(url, 'login/start', {}, undefined, undefined, { 'x-forwarded-for': forwarded })).status;
  t.strictSame([await ask('192.0.2.1'), await ask('198.51.100.7, 192.0.2.1'), await ask('192.0.2.2')], [400, 429, 400]);
});

t.test('X-Forwarded-For of a peer that is no trusted proxy is ignored', async (t) => {
  for (const trustProxy of [undefined, 0, ['10.0.0.0/8']]) {
    const { url } = await smallServer(t, { settings: { loginRateLimit: 2, trustProxy } });
    const statuses = [];
    for (let i = 1; i <= 3; i++) {
      const headers = { 'x-forwarded-for': `192.0.2.${i}`, forwarded: `for=192.0.2.${i}`, 'x-real-ip': `192.0.2.${i}` };
      statuses.push((await post(url, 'login/start', {}, undefined, undefined, headers)).status);
    }
    t.strictSame(statuses, [400, 400, 429]);
  }
});
