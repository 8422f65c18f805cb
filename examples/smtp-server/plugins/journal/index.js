// An observer: a line in the log for each mail that was accepted.

import { mail } from 'mail-hooks';

export default mail.definePlugin({
  onAccepted({ id, from, to, size }, { log }) {
    log.info({ id, from, to: to.join(', '), size }, 'accepted');
  },
});
