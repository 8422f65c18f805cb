// The server is up, with the plugins of its folder.

import type { Chapter } from '../stage.js';

export const plugins: Chapter = {
  title: 'A server starts, guarded by the plugins of a folder',

  async play({ page, server, administration }) {
    const ask = () => server.addresses();
    await page.step(
      'server',
      `starts as process ${server.pid}`,
      ask,
      ({ url, adminUrl }) => `${url}, admin ${adminUrl}`,
    );
    await administration.lists();
  },
};
