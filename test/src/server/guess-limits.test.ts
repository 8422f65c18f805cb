// How often a password may be guessed.

import { GuessLimits, type GuessSettings } from '@gatehouse/server/internal/accounts/guess-limits';
import t from 'tap';
import { login, newUser, post, register, startLogin } from '../support/client.js';
import { LogLines } from '../support/log-lines.js';
import { smallServer } from '../support/small-server.js';

const limits = (settings: Partial<GuessSettings> = {}) =>
  new GuessLimits({ loginTries: 2, loginTriesPerAddress: 40, loginDelaySeconds: 10, ...settings });

/** Seconds that a try is told to wait; 0 when it may begin. */
function wait(guesses: GuessLimits, username: string, address: string, now: number): number {
  try {
    guesses.begin(username, address, now * 1_000);
    return 0;
  } catch (error) {
    return (error as { retryAfter: number }).retryAfter;
  }
}

t.test('the wait of an account doubles with each try, up to its maximum, from whatever address', async (t) => {
  const guesses = limits();
  t.equal(wait(guesses, 'alice', '10.0.0.1', 0), 0);
  let now = 0;
  const waits = Array.from({ length: 6 }, (_, i) => {
    t.equal(wait(guesses, 'alice', `10.0.0.${i}`, now), 0);
    const seconds = wait(guesses, 'alice', `10.0.1.${i}`, now);
    t.equal(wait(guesses, 'alice', '10.0.2.1', now), seconds, 'what is refused does not count');
    now += seconds;
    return seconds;
  });
  t.strictSame(waits, [1, 2, 4, 8, 10, 10]);
  t.equal(wait(guesses, 'bob', '10.0.0.1', now), 0);
  t.equal(wait(guesses, 'alice', '10.0.0.1', now + 4_000), 0, 'after a quiet hour all is forgotten');
  t.equal(wait(guesses, 'alice', '10.0.0.1', now + 4_000), 0);
});

t.test('the wait of an address grows over all the accounts that it tries', async (t) => {
  const guesses = limits();
  const waits = Array.from({ length: 41 }, (_, i) => wait(guesses, `user-${i}`, '10.0.0.1', 0));
  t.ok(waits.slice(0, 40).every((seconds) => seconds === 0));
  t.equal(waits[40], 1);
  t.equal(wait(guesses, 'user-41', '10.0.0.1', 1), 0);
  t.equal(wait(guesses, 'user-42', '10.0.0.1', 1), 2);
  t.equal(wait(guesses, 'user-42', '10.0.0.2', 1), 0);
});

t.test('who logs in is forgiven the account, and only this one try of the address', async (t) => {
  const guesses = limits();
  wait(guesses, 'alice', '10.0.0.1', 0);
  wait(guesses, 'alice', '10.0.0.1', 0);
  t.equal(wait(guesses, 'alice', '10.0.0.1', 0), 1);
  guesses.succeeded('alice', '10.0.0.1');
  t.equal(wait(guesses, 'alice', '10.0.0.1', 0), 0);
  for (let i = 0; i < 38; i++) wait(guesses, `user-${i}`, '10.0.0.1', 0);
  t.equal(wait(guesses, 'bob', '10.0.0.1', 0), 1);
});

t.test('the limits of account and address are separate: each works with the other turned off', async (t) => {
  const ofAccount = limits({ loginTriesPerAddress: 0 });
  for (let i = 0; i < 500; i++) t.equal(wait(ofAccount, `user-${i}`, '10.0.0.1', 0), 0);
  t.strictSame(
    [1, 2].map(() => wait(ofAccount, 'user-0', '10.0.0.1', 0)),
    [0, 1],
  );
  const ofAddress = limits({ loginTries: 0 });
  for (let i = 0; i < 40; i++) t.equal(wait(ofAddress, 'alice', '10.0.0.1', 0), 0);
  t.equal(wait(ofAddress, 'alice', '10.0.0.1', 0), 1);
  t.equal(wait(ofAddress, 'alice', '10.0.0.2', 0), 0, 'the account has none');
  const off = limits({ loginTries: 0, loginTriesPerAddress: 0 });
  for (let i = 0; i < 100; i++) wait(off, 'alice', '10.0.0.1', 0);
  t.strictSame([wait(off, 'alice', '10.0.0.1', 0), off.size], [0, 0]);
});

t.test('over HTTP too many tries are a 429, whether somebody has the name or not', async (t) => {
  const { url, told } = await smallServer(t, { settings: { loginTries: 3, loginDelaySeconds: 60 } });
  await register(url, 'alice', 'secret');
  const refusals = [];
  for (const username of ['alice', 'nobody']) {
    for (let i = 0; i < 3; i++) t.equal((await login(url, username, 'guess')).status, 401);
    refusals.push((await startLogin(url, username, 'secret')).started);
  }
  for (const { status, body, headers } of refusals) {
    t.match([status, body.code, headers.get('retry-after')], [429, 'RATE_LIMITED', '1']);
  }
  t.strictSame(refusals[0]?.body, refusals[1]?.body);
  t.strictSame([...refusals[0]!.headers.keys()], [...refusals[1]!.headers.keys()]);
  t.equal(told.onAuth.length, 8, 'of each account one refusal is told beside the tries');
});

t.test('right passwords are never made to wait, and a registration cannot be used to guess', async (t) => {
  const { url } = await smallServer(t, { settings: { loginTries: 3, loginDelaySeconds: 60 } });
  const { password } = await newUser(url, 'alice');
  for (let i = 0; i < 8; i++) t.equal((await login(url, 'alice', password)).status, 200);
  const body = { username: 'alice', registrationRequest: Buffer.alloc(32).toString('base64url') };
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await post(url, 'register/start', body)).status);
  t.strictSame(statuses, [400, 400, 400, 429]);
});

t.test(
  'a login that the limit refuses is told to plugins and logged, one a second of an account, the rest counted',
  async (t) => {
    const log = new LogLines();
    const settings = { loginTries: 1, loginDelaySeconds: 60 };
    const { url, told } = await smallServer(t, { settings, logger: log.logger });
    t.equal((await login(url, 'alice', 'guess')).status, 401);
    const refusals = Array.from({ length: 20 }, () => startLogin(url, 'alice', 'guess'));
    for (const { started } of await Promise.all(refusals)) t.equal(started.status, 429);
    const event = { username: 'alice', success: false, failureReason: 'too many attempts' };
    const reports = told.onAuth.filter(({ failureReason }) => failureReason === 'too many attempts');
    t.ok(reports.length >= 1 && reports.length < 20, `${reports.length} reports of 20 refusals`);
    t.strictSame(reports[0], event);
    t.match(log.of('login refused: too many attempts')[0], { level: 40, username: 'alice', address: '127.0.0.1' });
    await log.until('more guesses refused: too many attempts');
    const lines = log.of(/refused: too many attempts$/);
    const counted = lines.reduce((sum, { leftOut = 0 }) => sum + Number(leftOut), 0);
    t.equal(counted + reports.length, 20, 'none is lost');
  },
);

t.test('a registration that the limit refuses is logged too, and is no login', async (t) => {
  const log = new LogLines();
  const settings = { loginTries: 1, loginDelaySeconds: 60 };
  const { url, told } = await smallServer(t, { settings, logger: log.logger });
  const body = { username: 'alice', registrationRequest: Buffer.alloc(32).toString('base64url') };
  t.equal((await post(url, 'register/start', body)).status, 400);
  t.equal((await post(url, 'register/start', body)).status, 429);
  t.match(log.of('registration refused: too many attempts'), [{ username: 'alice', address: '127.0.0.1' }]);
  t.strictSame(told.onAuth, []);
});
