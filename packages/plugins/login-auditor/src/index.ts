// Writes an audit line for every failed login: who, why, and how many times in a row.

import { definePlugin } from '@gatehouse/plugin-api';
import { oneLine } from './one-line.js';
import { Streaks } from './streaks.js';

/** As the schema in package.json has it. */
export interface Config {
  /** For how many usernames failures in a row are counted at a time. */
  readonly maxUsernames: number;
}

// A module lives as long as its session. Logins of one username meet on one thread, so the counts are right with
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
