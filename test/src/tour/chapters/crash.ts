// A plugin that ends its thread in the middle of a gate call.

import type { Chapter } from '../stage.js';

export const crash: Chapter = {
  title: 'A plugin crashes: its message is to be sent again, and the server goes on',

  async play({ page, folders, conversation, administration }) {
    const drop = () => folders.drop('exits-at-13-bytes', 'unlucky');
    await page.step('operator', 'copies unlucky.mjs into the folder', drop, () => 'it will not survive 13 bytes');
    await administration.enables('unlucky');
    await conversation.passes(12);
    await conversation.fails(13, { status: 503, code: 'HOOK_UNAVAILABLE', retryAfter: 1 });
    await conversation.arrivedAndKept(12);
    await administration.seesCrash('unlucky', /exit/);
    await conversation.passes(14);
    await conversation.arrivedAndKept(14);
    await administration.lists();
  },
};
