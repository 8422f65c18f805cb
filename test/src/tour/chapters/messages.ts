// A message from one user to the other: sent, fetched, acknowledged.

import type { Chapter } from '../stage.js';

export const messages: Chapter = {
  title: 'A message is sent, fetched, and kept until it is acknowledged',

  async play({ conversation }) {
    await conversation.open();
    await conversation.passes(20);
    await conversation.arrived(20);
    await conversation.arrivedAndKept(20);
    await conversation.arrived();
  },
};
