// An observer: writes what was said into a file for each room, in the folder that the server grants it.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { chat } from 'chat-hooks';

export default chat.definePlugin({
  start({ dataFolder }) {
    if (dataFolder === undefined) throw new Error('a transcript needs the permission "data"');
  },

  onSaid({ room, user, words }, { dataFolder, log }) {
    const file = `${encodeURIComponent(room)}.txt`;
    // It blocks its own thread alone: nobody in the chat waits for the disk.
    appendFileSync(join(String(dataFolder), file), `${user}: ${words}\n`);
    log.info({ file }, 'written');
  },
});
