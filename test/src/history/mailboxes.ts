// Who sends what to whom: a few users, a channel between any two, and so two mailboxes for each pair.

import { type LoggedIn, newUser } from '../support/client.js';

export interface Mailbox {
  readonly name: string;
  readonly channelId: string;
  readonly sender: LoggedIn;
  readonly recipient: LoggedIn;
}

const names = ['anna', 'bert', 'cleo'];

/** Registers the users. Their tokens stay good when the server is killed. */
export async function openMailboxes(url: string): Promise<readonly Mailbox[]> {
  const users = await Promise.all(names.map((name) => newUser(url, name)));
  const pairs = users.flatMap((one, i) => users.slice(i + 1).map((other) => [one, other] as const));
  const ofPair = async ([one, other]: readonly [LoggedIn, LoggedIn]) => {
    const { body } = await one.post('channels', { peerKey: other.key });
    const between = (sender: LoggedIn, recipient: LoggedIn): Mailbox => {
      return { name: `${sender.username} to ${recipient.username}`, channelId: body.channelId, sender, recipient };
    };
    return [between(one, other), between(other, one)];
  };
  return (await Promise.all(pairs.map(ofPair))).flat();
}
