// The payload limiter, switched off and on while the server runs.

import type { Chapter } from '../stage.js';

const limiter = 'payload-limiter';
/** What the server is told to configure the limiter with. */
export const maxBytes = 64;

const tooLarge = maxBytes + 1;

/** The problem of a message of that many bytes. */
export function refusalOf(bytes: number) {
  const detail = `payload too large: ${bytes} > ${maxBytes} bytes`;
  return { status: 403, code: 'REJECTED_BY_HOOK', detail } as const;
}

export const limit: Chapter = {
  title: 'A plugin refuses a message, and the sender is told why; off, and on again',

  async play({ conversation, administration }) {
    await conversation.passes(maxBytes);
    await conversation.fails(tooLarge, refusalOf(tooLarge));
    await conversation.arrivedAndKept(maxBytes);
    await administration.disables(limiter);
    await conversation.passes(tooLarge);
    await conversation.arrivedAndKept(tooLarge);
    await administration.enables(limiter);
    await conversation.fails(tooLarge, refusalOf(tooLarge));
    await conversation.arrived();
  },
};
