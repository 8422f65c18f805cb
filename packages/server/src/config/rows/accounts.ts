// Settings: accounts, their logins and sessions, and what each may ask for.

import { whole } from '../kinds.js';
import { row } from './setting-row.js';

export const accountSettings = {
  sessionHours: row({
    kind: whole(1, 24 * 365),
    default: 24 * 7,
    about: 'How long a session token is valid after it was last used',
  }),
  sessionMaxHours: row({
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
    kind: whole(0, 1_000_000),
    default: 100,
    about: 'Requests per second of one identity, or of one address without one; 0: no limit',
  }),
  loginRateLimit: row({
    kind: whole(0, 1_000_000),
    default: 60,
    about: 'Registration and login requests per minute of one address; 0: no limit',
  }),
  loginTries: row({
    kind: whole(0, 1_000),
    default: 5,
    about: 'Logins of one account that may fail before the next has to wait; 0: no limit',
  }),
  loginTriesPerAddress: row({
    kind: whole(0, 1_000_000),
    default: 100,
    about: 'Logins from one address that may fail before the next has to wait, over all accounts; 0: no limit',
  }),
  loginDelaySeconds: row({
    kind: whole(1, 86_400),
    default: 300,
    about: 'Longest wait between logins that fail; it begins with a second and doubles with each',
  }),
} as const;
