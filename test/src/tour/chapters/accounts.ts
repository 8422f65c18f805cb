// Registration and login, with a failed attempt that the plugins are told of.

import { granted, must, refused } from '../checks.js';
import type { Client } from '../client.js';
import type { Page } from '../page.js';
import type { Chapter } from '../stage.js';

const password = (user: Client) => `the password of ${user.username}`;

export const accounts: Chapter = {
  title: 'Two users register and log in; a wrong password is refused, and audited',

  async play({ page, log, alice, bob }) {
    for (const user of [alice, bob]) await registers(page, user);
    const guess = () => alice.login('a guess');
    const problem = { status: 401, code: 'LOGIN_FAILED' } as const;
    await page.step('alice', 'logs in with a wrong password', guess, (outcome) => refused(outcome, problem));
    const audit = () => log.line((line) => line.plugin === 'login-auditor' && line.msg.startsWith('AUDIT: '));
    await page.step('server', 'logs what login-auditor has to say', audit, ({ msg }) => {
      const expected = `AUDIT: failed login for '${alice.username}': wrong password`;
      must(msg === expected, `${expected}, got ${msg}`);
      return msg;
    });
    for (const user of [alice, bob]) await logsIn(page, user);
  },
};

async function registers(page: Page, user: Client): Promise<void> {
  const ask = () => user.register(password(user));
  await page.step(user.username, 'registers an identity key by OPAQUE', ask, (outcome) => {
    must(granted(outcome).identity.key === user.key, `the key ${user.key}`);
    return user.key;
  });
}

async function logsIn(page: Page, user: Client): Promise<void> {
  const ask = () => user.login(password(user));
  await page.step(user.username, 'logs in', ask, (outcome) => `a session until ${granted(outcome).details.expiresAt}`);
}
