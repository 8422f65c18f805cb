// A plugin of somebody else's, dropped into the folder of a running server.

import type { Chapter } from '../stage.js';

const detail = 'slow mode: three messages a minute';

export const droppedPlugin: Chapter = {
  title: 'A plugin dropped into the folder is enabled, and guards at once',

  async play({ page, folders, conversation, administration }) {
    const drop = () => folders.drop('slow-mode');
    await page.step('operator', 'copies slow-mode.mjs into the folder', drop, () => 'no restart');
    await administration.finds('slow-mode');
    await administration.enables('slow-mode');
    for (const bytes of [10, 20, 30]) await conversation.passes(bytes);
    await conversation.fails(40, { status: 403, code: 'REJECTED_BY_HOOK', detail });
    await administration.disables('slow-mode');
    await conversation.passes(50);
    await conversation.arrivedAndKept(10, 20, 30, 50);
  },
};
