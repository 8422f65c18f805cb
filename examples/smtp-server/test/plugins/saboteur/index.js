// A gate that crashes or hangs when a recipient asks for it.

import { Continue } from '@gatehouse/plugin-api';
import { mail } from 'mail-hooks';

export default mail.definePlugin({
  onRecipient({ to }) {
    if (to.startsWith('hang@')) for (;;);
    if (to.startsWith('crash@')) process.exit(1);
    return Continue;
  },
});
