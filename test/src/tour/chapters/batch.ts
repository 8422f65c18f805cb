// Several messages in one request, each with its own result.

import type { SendResult } from '@gatehouse/client';
import { granted, must, problemText } from '../checks.js';
import { messageOf } from '../conversation.js';
import type { Chapter } from '../stage.js';
import { refusalOf } from './limiter.js';

const lengths = [30, 40, 500, 50];
const refusedOne = 2;

export const batch: Chapter = {
  title: 'Every message of a batch passes the gate, and has its own result',

  async play({ page, alice, conversation }) {
    const ask = () => alice.ask(conversation.channelId, (channel) => channel.sendAll(lengths.map(messageOf)));
    const sent = await page.step('alice', `sends a batch of ${lengths.length}`, ask, (outcome) => {
      const results = granted(outcome);
      must(results.length === lengths.length, `${lengths.length} results, got ${results.length}`);
      return `${results.filter(({ status }) => status === 'stored').length} stored`;
    });
    const results = granted(sent);
    for (const [i, bytes] of lengths.entries()) {
      const read = async () => results[i]!;
      await page.step('', `  ${bytes} bytes`, read, (result) =>
        i === refusedOne ? refusal(result, bytes) : stored(result),
      );
    }
    await conversation.arrivedAndKept(...lengths.filter((_, i) => i !== refusedOne));
  },
};

function stored(result: SendResult): string {
  if (result.status === 'stored') return `stored, seq ${result.seq}`;
  must(false, `stored, got ${problemText(result.error)}`);
  return '';
}

function refusal(result: SendResult, bytes: number): string {
  const { status, code, detail } = refusalOf(bytes);
  const expected = `${status} ${code}: ${detail}`;
  const got = result.status === 'stored' ? 'stored' : problemText(result.error);
  must(got === expected, `${expected}, got ${got}`);
  return got;
}
