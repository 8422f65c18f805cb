// A gate that crashes or hangs when somebody says so.

import { Continue } from '@gatehouse/plugin-api';
import { chat } from 'chat-hooks';

export default chat.definePlugin({
  onSay({ words }) {
    if (words === 'hang') for (;;);
    if (words === 'crash') process.exit(1);
    return Continue;
  },
});
