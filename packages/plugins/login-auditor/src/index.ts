// Writes an audit line for every failed login: the user, the reason, and the number of failures in a row.

import { definePlugin } from '@gatehouse/plugin-api';
import { oneLine } from './one-line.js';
import { Streaks } from './streaks.js';

/** As defined by the schema in package.json. */
export interface Config {
  /** Most usernames for which failures in a row are counted at a time. */
  readonly maxUsernames: number;
}

// A module lives as long as its session. All logins of one username go to one thread, so the counts are right with
// several threads too.
let streaks: Streaks;

export default definePlugin<Config>({
  start({ config }) {
    streaks = new Streaks(config.maxUsernames);
  },
  onAuth({ username, success, failureReason }, { log }) {
    if (success) return streaks.succeeded(username);
    const failuresInARow = streaks.failed(username);
    const fields = { audit: 'login-failed', username, failureReason, failuresInARow };
    log.warn(fields, `AUDIT: failed login for '${oneLine(username)}': ${oneLine(failureReason)}`);
  },
});
