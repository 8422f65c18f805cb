// A fetch that waits for a message which is sent later.

import { granted, must } from '../checks.js';
import type { Chapter } from '../stage.js';

const timeoutMs = 20_000;
/** Far less than the time-out, far more than a busy machine needs. */
const soonMs = 5_000;

export const waiting: Chapter = {
  title: 'A fetch waits, and is woken by the message that comes',

  async play({ page, bob, conversation }) {
    let isOver = false;
    const fetching = bob
      .ask(conversation.channelId, (channel) => channel.fetch({ waitMs: timeoutMs }))
      .finally(() => {
        isOver = true;
      });
    // Whatever fails in between is told first; this one is awaited below.
    fetching.catch(() => {});
    await page.step(
      'bob',
      `waits for a message, up to ${timeoutMs / 1000} s`,
      async () => {},
      () => 'nothing yet',
    );
    // By the time that this is answered, the one before has long arrived.
    await conversation.arrived();
    must(!isOver, 'bob to be waiting');
    const sentAt = performance.now();
    await conversation.passes(33);
    await page.step(
      'bob',
      'is woken',
      () => fetching,
      (outcome) => {
        const seen = conversation.seen(granted(outcome), [33]);
        const tookMs = Math.round(performance.now() - sentAt);
        must(tookMs < soonMs, `an answer within ${soonMs} ms, got it after ${tookMs}`);
        return `${seen}, ${tookMs} ms after alice began to send`;
      },
    );
  },
};
