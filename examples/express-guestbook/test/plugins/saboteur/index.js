// A gate that crashes or hangs when an entry asks for it.

import { Continue } from '@gatehouse/plugin-api';
import { guestbook } from 'guestbook-hooks';

export default guestbook.definePlugin({
  onEntry({ words }) {
    if (words === 'hang') for (;;);
    if (words === 'crash') process.exit(1);
    return Continue;
  },
});
