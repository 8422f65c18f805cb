// Who may use the admin API.

import { adminApi } from '@gatehouse/host/admin';
import fastify from 'fastify';
import t from 'tap';
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
