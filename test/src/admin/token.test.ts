// Who may use the admin API.

import { adminApi } from '@gatehouse/host/admin';
import { WrongTokens } from '@gatehouse/host/internal/admin/wrong-tokens';
import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { pino } from 'pino';
import t from 'tap';
import { LogLines } from '../support/log-lines.js';
import { isProblem, plugin, prefix, served, smallHost, token } from '../support/small-host.js';

const guarded: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/plugins'],
  ['HEAD', '/plugins'],
  ['GET', '/plugins/limiter'],
  ['POST', '/plugins/rescan'],
  ['POST', '/plugins/limiter/enable'],
  ['POST', '/plugins/limiter/disable'],
  ['GET', '/nowhere'],
];

const wrong: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
  ['without a token', {}],
  ['with an empty token', { authorization: 'Bearer ' }],
  ['with a wrong token', { authorization: 'Bearer the-token-of-other-tests' }],
  ['with the beginning of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
  ['with more than the token', { authorization: `Bearer ${token}x` }],
  ['with the token in another scheme', { authorization: `Basic ${token}` }],
];

for (const [what, headers] of wrong) {
  t.test(`a request ${what} is refused on every route, and nothing is done`, async (t) => {
    const host = smallHost(plugin('limiter'));
    const ask = await served(t, host);
    for (const [method, path] of guarded) {
      const answer = await ask(prefix + path, { method, headers });
      t.equal(answer.status, 401, `${method} ${path}`);
      t.match(answer.headers.get('www-authenticate'), /^Bearer realm="gatehouse admin"/);
      if (method !== 'HEAD') isProblem(t, answer, 401, 'UNAUTHORIZED');
    }
    t.match(await host.get('limiter'), { enabled: false, generation: 0 });
  });
}

t.test('a wrong token is told apart from a missing one', async (t) => {
  const ask = await served(t, smallHost());
  const challenge = async (headers: Record<string, string>) =>
    (await ask(`${prefix}/plugins`, { headers })).headers.get('www-authenticate');
  t.match(await challenge({ authorization: 'Bearer wrong' }), 'error="invalid_token"');
  t.notMatch(await challenge({}), 'error=');
});

t.test('the scheme may be written in any case', async (t) => {
  const ask = await served(t, smallHost());
  t.equal((await ask(`${prefix}/plugins`, { headers: { authorization: `bearer ${token}` } })).status, 200);
});

t.test('an admin API with a token too short to guard anything cannot be registered', async (t) => {
  for (const short of ['', 'fifteen letters']) {
    const app = fastify();
    t.teardown(() => app.close());
    const registered = Promise.resolve(app.register(adminApi, { prefix, host: smallHost(), token: short }));
    await t.rejects(registered, { message: /the admin token must have at least 16 characters/ });
  }
});

t.test('an address that sends too many wrong tokens is told to wait, and the right token still passes', async (t) => {
  const log = new LogLines();
  const loggerInstance: FastifyBaseLogger = log.logger;
  const app = fastify({ loggerInstance, logController: new LogController({ disableRequestLogging: true }) });
  const ask = await served(t, smallHost(), app);
  const guess = 'a-guess-that-is-not-the-token';
  const wrongly = () => ask(`${prefix}/plugins`, { headers: { authorization: `Bearer ${guess}` } });
  for (let i = 0; i < 10; i++) isProblem(t, await wrongly(), 401, 'UNAUTHORIZED');
  const limited = await wrongly();
  isProblem(t, limited, 429, 'TOO_MANY_WRONG_TOKENS');
  const seconds = Number(limited.headers.get('retry-after'));
  t.ok(seconds >= 1 && seconds <= 60, `${seconds} s`);
  t.equal((await ask(`${prefix}/plugins`)).status, 200, 'the token is never locked out');
  t.equal((await ask(`${prefix}/plugins`, { headers: {} })).status, 401, 'without a token nothing is guessed');
  await app.close();
  const lines = log.of(/admin requests? had a wrong token$/);
  t.match(lines[0], { level: 40, address: '127.0.0.1' });
  const told = lines.reduce((sum, { msg, leftOut = 0 }) => sum + Number(leftOut) + (msg.startsWith('more') ? 0 : 1), 0);
  t.equal(told, 11, 'each is logged or counted');
  t.ok(lines.length < 11, `${lines.length} lines`);
  t.notMatch(JSON.stringify(log.all), guess);
  t.notMatch(JSON.stringify(log.all), token);
});

t.test('wrong tokens are counted by address for a minute, in bounded memory', async (t) => {
  const wrong = new WrongTokens(pino({ level: 'silent' }));
  t.teardown(() => wrong.close());
  for (let i = 0; i < 10; i++) t.equal(wrong.count('10.0.0.1', 0), undefined);
  t.equal(wrong.count('10.0.0.1', 1_000), 59);
  t.equal(wrong.count('10.0.0.2', 1_000), undefined, 'another address is not concerned');
  t.equal(wrong.count('10.0.0.1', 60_000), undefined, 'the next minute');
  for (let i = 0; i < 5_000; i++) wrong.count(`10.1.${i >> 8}.${i & 255}`, 60_000);
  t.equal(wrong.size, 1_000);
});
