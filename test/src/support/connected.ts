// Users of a server, through the client package.

import {
  type Channel,
  type ConnectOptions,
  connect,
  type Gatehouse,
  type Message,
  type Session,
} from '@gatehouse/client';

/** The least work for argon2: the strength of passwords is not tested. */
export const keyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };

export function connected(url: string, more: Omit<ConnectOptions, 'url'> = {}): Gatehouse {
  return connect({ url, keyStretching, ...more });
}

export interface User {
  readonly session: Session;
  readonly channel: Channel;
}

/** Two users, and the channel between them. */
export async function connectedPair(
  url: string,
  more: Omit<ConnectOptions, 'url'> = {},
): Promise<{ readonly alice: User; readonly bob: User }> {
  const gatehouse = connected(url, more);
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map(async (username) => {
      await gatehouse.register({ username, password: `secret of ${username}` });
      return gatehouse.login({ username, password: `secret of ${username}` });
    }),
  );
  const channel = await alice!.openChannel(bob!.identityKey);
  return {
    alice: { session: alice!, channel },
    bob: { session: bob!, channel: await bob!.openChannel(alice!.identityKey) },
  };
}

export const text = (what: string) => new TextEncoder().encode(what);
export const textOf = ({ payload }: Message) => new TextDecoder().decode(payload);
