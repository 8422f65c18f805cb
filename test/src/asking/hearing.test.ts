// The server's ear: what a session writes as an answer becomes a verdict, or a fault of the plugin.

import type { AskedLink, AskedPlugin } from '@gatehouse/host/internal/asking/asked-plugin';
import { GateCall } from '@gatehouse/host/internal/asking/gate-call';
import { Hearing } from '@gatehouse/host/internal/asking/hearing';
import { Tally } from '@gatehouse/host/internal/asking/tally';
import { verdict } from '@gatehouse/host/internal/channel/index';
import { record, u8 } from '@gatehouse/plugin-api';
import t from 'tap';
import { ask, bothEnds } from '../support/small-channel.js';

t.test('a Reject whose data is none of its row is a wrong verdict, whatever the session wrote', async (t) => {
  for (const [data, decision] of [
    [Uint8Array.of(7), { action: 'reject', reason: 'no', data: { code: 7 } }],
    [Uint8Array.of(), { action: 'defer', cause: 'bad-verdict' }],
    [Uint8Array.of(7, 7), { action: 'defer', cause: 'bad-verdict' }],
  ] as const) {
    const tally = new Tally();
    const plugin = { name: 'p', tally, policyOf: () => 'defer' } as unknown as AskedPlugin;
    const call = new GateCall(4);
    call.chain = [plugin];
    call.begin([{}], 0, 1);
    const ends = bothEnds();
    ask(ends);
    ends.answerer.answer(0, verdict.REJECT, { reason: 'no', data });
    ends.answerer.finish();
    const told: string[] = [];
    const watch = { faulted: (...[, , , , detail]: readonly string[]) => told.push(detail!) } as never;
    const link = { lane: ends.caller, plugin, asked: new Int32Array(1) } as unknown as AskedLink;
    new Hearing(call, 'onPost', watch, record({ code: u8 })).hear(link, undefined);
    call.conclude();
    t.match(call.decision(0), decision);
    t.equal(tally.rejected, decision.action === 'reject' ? 1 : 0);
    t.ok(told.every((detail) => detail.startsWith('the data of its Reject is wrong: ')));
  }
});
