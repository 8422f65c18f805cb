// Answers events of logins with a promise that never settles, and logs its stop.

import { definePlugin } from '@gatehouse/plugin-api';

export default definePlugin({
  onAuth({ username }, { log }) {
    log.info(`told of ${username}`);
    return new Promise(() => {});
  },
  stop: ({ log, signal }) => log.info(`stopped, and the signal is aborted: ${signal.aborted}`),
});
