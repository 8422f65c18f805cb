// Users who are logged in, and the channels between them, made without their passwords: a benchmark of many clients
// would be one of argon2. Whoever has a number has the token, so that nothing need be passed on.

import { createHash } from 'node:crypto';
import { openLmdbStore } from '@gatehouse/server';
import { tokenHash } from '@gatehouse/server/internal/accounts/session-token';

const hash = (text: string) => createHash('sha256').update(text).digest();
const dayMs = 86_400_000;
/** Written at a time. */
const handful = 1_000;

export const tokenOf = (who: 'sender' | 'recipient', i: number) => hash(`token of ${who} ${i}`).toString('base64url');
const identityOf = (who: 'sender' | 'recipient', i: number) => hash(`identity of ${who} ${i}`);
export const channelOf = (i: number) => hash(`channel ${i}`).subarray(0, 16);

/** Pairs of a sender and a recipient with a channel each, in the store of that folder. */
export async function seed(folder: string, pairs: number): Promise<void> {
  const store = await openLmdbStore(folder);
  const addPair = async (i: number) => {
    const now = Date.now();
    for (const who of ['sender', 'recipient'] as const) {
      const session = {
        username: `${who}-${i}`,
        identityKey: identityOf(who, i),
        openedAt: now,
        expiresAt: now + dayMs,
      };
      await store.addSession(tokenHash(tokenOf(who, i)), session);
    }
    await store.openChannel(identityOf('sender', i), identityOf('recipient', i), channelOf(i));
  };
  for (let from = 0; from < pairs; from += handful) {
    await Promise.all(Array.from({ length: Math.min(handful, pairs - from) }, (_, i) => addPair(from + i)));
  }
  await store.close();
}
