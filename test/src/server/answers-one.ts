// A server that is sent one message and ends, to be looked at from outside while it does.

import { newPair } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

const folder = process.argv[2]!;
const closers: (() => unknown)[] = [];
const server = await smallServer({ teardown: (close) => closers.push(close) }, { folder });
const { alice, channelId } = await newPair(server.url);
const payload = Buffer.from('MARKED PAYLOAD '.repeat(4)).toString('base64url');
const { status } = await alice.post('enqueue', { channelId, payload });
for (const close of closers) await close();
process.exitCode = status === 200 ? 0 : 1;
