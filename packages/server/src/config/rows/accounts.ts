// Settings: accounts, their logins and sessions, and what each may ask for.

import { oneOf, whole } from '../kinds.js';
import { row } from './setting-row.js';

export const accountSettings = {
  registration: row<'open' | 'closed'>({
    kind: oneOf('open', 'closed'),
    default: 'open',
    about: 'Whether new users can register',
    live: true,
  }),
  channelsPerAccount: row({
    kind: whole(0, 100_000_000),
    default: 10_000,
    about: 'Channels that an account may open; 0: no limit',
    live: true,
  }),
  newChannelsPerDay: row({
    kind: whole(0, 1_000_000),
    default: 500,
    about: 'Channels that an account may open within a day, each with somebody new to it; 0: no limit',
    live: true,
  }),
  sessionsPerAccount: row({
    kind: whole(0, 1_000_000),
    default: 100,
    about: 'Sessions that an account may have; another login ends the one that would expire first; 0: no limit',
    live: true,
  }),
  accountBytes: row({
    kind: whole(0, 2 ** 50),
    default: 1024 ** 3,
    about: 'Bytes of payload that all mailboxes of an account hold at most; 0: no limit',
    live: true,
  }),
  retriesPerAccount: row({
    kind: whole(0, 100_000_000),
    default: 200_000,
    about: 'Idempotency keys that are remembered of one sender at most, counted since the start; 0: no limit',
    live: true,
  }),
  sessionHours: row({
    live: true,
    kind: whole(1, 24 * 365),
    default: 24 * 7,
    about: 'How long a session token is valid after it was last used',
  }),
  sessionMaxHours: row({
    live: true,
    kind: whole(1, 24 * 3_650),
    default: 24 * 90,
    about: 'How long a session token is valid at most, however much it is used',
  }),
  loginSeconds: row({
    kind: whole(1, 600),
    default: 30,
    about: 'Time between the two steps of a login, after which it counts as failed',
  }),
  rateLimit: row({
    live: true,
    kind: whole(0, 1_000_000),
    default: 100,
    about: 'Requests per second of one identity, or of one address without one; 0: no limit',
  }),
  loginRateLimit: row({
    live: true,
    kind: whole(0, 1_000_000),
    default: 60,
    about: 'Registration and login requests per minute of one address; 0: no limit',
  }),
  loginTries: row({
    live: true,
    kind: whole(0, 1_000),
    default: 5,
    about: 'Logins of one account that may fail before the next has to wait; 0: no limit',
  }),
  loginTriesPerAddress: row({
    live: true,
    kind: whole(0, 1_000_000),
    default: 100,
    about: 'Logins from one address that may fail before the next has to wait, over all accounts; 0: no limit',
  }),
  loginDelaySeconds: row({
    live: true,
    kind: whole(1, 86_400),
    default: 300,
    about: 'Longest wait between logins that fail; it begins with a second and doubles with each',
  }),
} as const;
