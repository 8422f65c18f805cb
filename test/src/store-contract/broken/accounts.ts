// Stores that break a promise of their users, sessions or channels.

import type { Session, Store } from '@gatehouse/server';
import type { BrokenStores } from './broken-store.js';

/** A store that remembers the sessions that were added to it. */
function remembering(store: Store) {
  const added: (readonly [Uint8Array, Session])[] = [];
  const addSession: Store['addSession'] = (tokenHash, session, most) => {
    added.push([tokenHash, session]);
    return store.addSession(tokenHash, session, most);
  };
  return { added, addSession };
}

export const brokenAccounts = {
  'changes names to ASCII': {
    promise: 'a user comes back as it was added',
    breaks: (store) => {
      const plain = (name: string) => name.normalize('NFD').replace(/[^ -~]/g, '');
      return {
        addUser: (user) => store.addUser({ ...user, username: plain(user.username) }),
        user: (username) => store.user(plain(username)),
      };
    },
  },

  'lets a name be taken twice': {
    promise: 'one name has one identity, and one identity one name, also when several ask at once',
    breaks: (store) => ({
      addUser: async (user) => {
        const isFree = (await store.user(user.username)) === undefined;
        const added = await store.addUser(user);
        return added === 'username-taken' && isFree ? 'added' : added;
      },
    }),
  },

  'finds a user by exactly its name alone': {
    promise: 'a user is found by every spelling of its name, and comes back as it was added',
    breaks: (store) => ({
      user: async (username) => {
        const found = await store.user(username);
        return found?.username === username ? found : undefined;
      },
    }),
  },

  'lets a name be taken in another spelling': {
    promise: 'a name is taken in every spelling, also when several ask at once',
    breaks: (store) => ({
      addUser: async (user) => {
        const isSame = (await store.user(user.username))?.username === user.username;
        const added = await store.addUser(user);
        return added === 'username-taken' && !isSame ? 'added' : added;
      },
    }),
  },

  'lets an identity have two names': {
    promise: 'one name has one identity, and one identity one name, also when several ask at once',
    breaks: (store) => ({
      addUser: async (user) => {
        const added = await store.addUser(user);
        return added === 'identity-taken' ? 'added' : added;
      },
    }),
  },

  'does not renew sessions': {
    promise: 'a session comes back as it was added, with its last end',
    breaks: () => ({ renewSession: async () => {} }),
  },

  'brings a session back that is renewed': {
    promise: 'a session that was removed stays removed',
    breaks: (store) => {
      const { added, addSession } = remembering(store);
      return {
        addSession,
        renewSession: async (tokenHash, expiresAt) => {
          const known = added.find(([hash]) => Buffer.compare(hash, tokenHash) === 0);
          if (known) await store.addSession(tokenHash, { ...known[1], expiresAt });
        },
      };
    },
  },

  'ends no session for another': {
    promise: 'a session beyond those that a user may have ends the ones that expire first, and says which',
    breaks: (store) => ({ addSession: (tokenHash, session) => store.addSession(tokenHash, session) }),
  },

  'does not say which sessions it has ended': {
    promise: 'a session beyond those that a user may have ends the ones that expire first, and says which',
    breaks: (store) => ({
      addSession: async (tokenHash, session, most) => {
        await store.addSession(tokenHash, session, most);
        return [];
      },
    }),
  },

  'has no quota of channels': {
    promise: 'an account opens no more channels than its quota: in all, and within a day',
    breaks: (store) => ({ openChannel: (a, b, proposedId) => store.openChannel(a, b, proposedId) }),
  },

  'counts every day anew only in all': {
    promise: 'an account opens no more channels than its quota: in all, and within a day',
    breaks: (store) => ({
      openChannel: (a, b, proposedId, { perDay: total, ...quota } = {}) =>
        store.openChannel(a, b, proposedId, total === undefined ? quota : { total }),
    }),
  },

  'leaves one session of an identity': {
    promise: 'all sessions of an identity are removed, and no others',
    breaks: (store) => {
      const { added, addSession } = remembering(store);
      return {
        addSession,
        removeSessionsOf: async (identityKey) => {
          const count = await store.removeSessionsOf(identityKey);
          await store.addSession(...added[0]!);
          return count;
        },
      };
    },
  },

  'removes a session that is renewed meanwhile': {
    promise: 'expired sessions are removed to the last, except one that is renewed meanwhile',
    breaks: (store) => {
      const { added, addSession } = remembering(store);
      return {
        addSession,
        removeSessionsExpiredBy: async (time) => {
          const expired = added.filter(([, { expiresAt }]) => expiresAt <= time);
          await Promise.all(expired.map(([hash]) => store.removeSession(hash)));
          return expired.length;
        },
      };
    },
  },

  'swaps the members of a channel': {
    promise: 'a channel is found by its id, with its members in byte order',
    breaks: (store) => ({
      channel: async (id) => {
        const found = await store.channel(id);
        return found && { id: found.id, members: [found.members[1], found.members[0]] };
      },
    }),
  },

  'opens a channel for each side': {
    promise: 'a pair never gets two channels, in whatever order and however many ask at once',
    breaks: (store) => {
      const other = (key: Uint8Array) => key.map((byte) => 255 - byte);
      return {
        openChannel: (a, b, proposedId, quota) =>
          Buffer.compare(a, b) < 0
            ? store.openChannel(a, b, proposedId, quota)
            : store.openChannel(other(a), other(b), proposedId, quota),
      };
    },
  },
} as const satisfies BrokenStores;
