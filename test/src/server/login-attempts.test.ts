// Logins between their two steps.

import { LoginAttempts } from '@gatehouse/server/internal/accounts/login-attempts';
import t from 'tap';

const attempt = (username: string) => ({
  username,
  address: '127.0.0.1',
  user: undefined,
  serverLoginState: `state of ${username}`,
});

t.test('an attempt is found once', async (t) => {
  const attempts = new LoginAttempts({ lifetimeMs: 60_000, max: 10 }, () => t.fail('not abandoned'));
  const id = attempts.keep(attempt('alice'));
  t.match(attempts.take(id), attempt('alice'));
  t.equal(attempts.take(id), undefined);
  t.equal(attempts.take('AAAAAAAAAAAAAAAAAAAAAA'), undefined);
  attempts.close();
});

t.test('an attempt that is not finished in time counts as failed', async (t) => {
  let attempts: LoginAttempts | undefined;
  const abandoned = await new Promise<string[]>((resolve) => {
    const names: string[] = [];
    attempts = new LoginAttempts({ lifetimeMs: 5, max: 10 }, ({ username }) => {
      names.push(username);
      if (names.length === 2) resolve(names);
    });
    // The sweep must not keep a process alive, so the test does.
    const alive = setInterval(() => {}, 1_000);
    t.teardown(() => clearInterval(alive));
    attempts.keep(attempt('alice'));
    attempts.keep(attempt('bob'));
  });
  t.strictSame(abandoned, ['alice', 'bob']);
  attempts!.close();
});

t.test('an attempt whose time is over is not found, also where nobody had the time to sweep', async (t) => {
  const attempts = new LoginAttempts({ lifetimeMs: 5, max: 10 }, () => {});
  const id = attempts.keep(attempt('alice'));
  const kept = performance.now();
  // No timer comes before this is over.
  while (performance.now() - kept <= 5);
  t.equal(attempts.take(id), undefined);
  attempts.close();
});

t.test('there are never more than the limit: the oldest gives way', async (t) => {
  const abandoned: string[] = [];
  const attempts = new LoginAttempts({ lifetimeMs: 60_000, max: 2 }, ({ username }) => abandoned.push(username));
  const first = attempts.keep(attempt('alice'));
  const second = attempts.keep(attempt('bob'));
  attempts.keep(attempt('carol'));
  t.strictSame(abandoned, ['alice']);
  t.equal(attempts.take(first), undefined);
  t.match(attempts.take(second), attempt('bob'));
  attempts.close();
});
