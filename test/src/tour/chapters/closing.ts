// The end of the server, as an operator asks for it.

import { must } from '../checks.js';
import type { Chapter } from '../stage.js';

export const closing: Chapter = {
  title: 'The server closes cleanly when it is asked to',

  async play({ page, server }) {
    await page.step(
      'server',
      'gets SIGTERM',
      () => server.close(),
      (how) => {
        must(how === 'exit code 0', `exit code 0, got ${how}`);
        return how;
      },
    );
  },
};
