// An observer: a line in the log for each answer.

import { guestbook } from 'guestbook-hooks';

export default guestbook.definePlugin({
  onAnswer({ method, path, status, ms, address }, { log }) {
    log.info({ method, path, status, ms, address }, 'answered');
  },
});
