// Who may do what: every route of a channel, asked by everybody who could ask.

import t from 'tap';
import { newPair, newUser, payload, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

type Asker = 'nobody' | 'stranger' | 'sender' | 'recipient';

const unauthenticated = [401, 'UNAUTHENTICATED'];
const notAMember = [403, 'NOT_A_MEMBER'];
const fine = [200, undefined];

/** What each asker gets of each route of the channel between the sender and the recipient. */
const expected: Readonly<Record<string, Readonly<Record<Asker, unknown>>>> = {
  enqueue: { nobody: unauthenticated, stranger: notAMember, sender: fine, recipient: fine },
  'batch-enqueue': { nobody: unauthenticated, stranger: fine, sender: fine, recipient: fine },
  fetch: { nobody: unauthenticated, stranger: notAMember, sender: fine, recipient: fine },
  'fetch-wait': { nobody: unauthenticated, stranger: notAMember, sender: fine, recipient: fine },
  ack: { nobody: unauthenticated, stranger: notAMember, sender: fine, recipient: fine },
  channels: { nobody: unauthenticated, stranger: fine, sender: fine, recipient: fine },
  'logout-all': {
    nobody: unauthenticated,
    stranger: [204, undefined],
    sender: [204, undefined],
    recipient: [204, undefined],
  },
  logout: { nobody: unauthenticated, stranger: unauthenticated, sender: unauthenticated, recipient: unauthenticated },
};

t.test('of each route everybody gets what is theirs, and strangers nothing', async (t) => {
  const { url, asked } = await smallServer(t);
  const { alice: sender, bob: recipient, channelId } = await newPair(url);
  const stranger = await newUser(url, 'mallory');
  const message = { channelId, payload: payload('x') };
  const bodies: Readonly<Record<string, object | undefined>> = {
    enqueue: message,
    'batch-enqueue': { messages: [message] },
    fetch: { channelId },
    'fetch-wait': { channelId, timeoutMs: 0 },
    ack: { channelId, upTo: '0' },
    channels: { peerKey: (await newUser(url, 'carol')).key },
  };
  const tokens = { nobody: undefined, stranger: stranger.token, sender: sender.token, recipient: recipient.token };
  for (const [route, byAsker] of Object.entries(expected)) {
    for (const [asker, wanted] of Object.entries(byAsker) as [Asker, unknown][]) {
      const before = asked.length;
      const { status, body } = await post(url, route, bodies[route], tokens[asker]);
      t.strictSame([status, body?.code], wanted, `${route}, asked by ${asker}`);
      if (route !== 'batch-enqueue' || asker !== 'stranger') continue;
      t.match(body.results, [{ status: 'refused', problem: { code: 'NOT_A_MEMBER' } }]);
      t.equal(asked.length, before, 'nor is a plugin asked');
    }
  }
});

t.test('each member reads and removes its own messages only', async (t) => {
  const { url } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  await alice.post('enqueue', { channelId, payload: payload('to bob') });
  await bob.post('enqueue', { channelId, payload: payload('to alice') });
  t.match(await alice.post('ack', { channelId, upTo: '1' }), { body: { removed: 1 } });
  t.strictSame((await alice.post('fetch', { channelId })).body.messages, []);
  t.match((await bob.post('fetch', { channelId })).body.messages, [{ payload: payload('to bob') }]);
  const named = { channelId, payload: '', recipientKey: alice.key };
  t.match(await alice.post('enqueue', named), { status: 400 }, 'no member sends into its own mailbox');
});
