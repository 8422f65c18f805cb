// A store of which some mailboxes are damaged: those are refused and never touched, and damage that is met is noted.

import { mailboxName } from '../mailbox-key.js';
import type { Mailbox, Store } from '../store.js';
import { StoreError } from '../store-error.js';
import type { DamagedMailboxes } from './damaged-mailboxes.js';
import { isDamage } from './failure.js';

const anyBytes = 0;
const noLimit = { messages: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER };

export function guardedStore(store: Store, damaged: DamagedMailboxes): Store {
  /** Refuses a damaged mailbox, and notes one whose damage is met. */
  const guarded = async <T>(mailbox: Mailbox, act: () => Promise<T>): Promise<T> => {
    damaged.refuse(mailbox);
    try {
      return await act();
    } catch (error) {
      throw noted(error, mailbox);
    }
  };
  const noted = (error: unknown, mailbox: Mailbox): unknown => {
    if (!isDamage(error)) return error;
    damaged.note(mailbox, error);
    return asStoreError(error);
  };
  /** Finds out which of several mailboxes are damaged, by reading their records. */
  const notedAmong = async (error: unknown, mailboxes: readonly Mailbox[]): Promise<unknown> => {
    if (!isDamage(error)) return error;
    const distinct = new Map(mailboxes.map((mailbox) => [mailboxName(mailbox), mailbox]));
    const look = (mailbox: Mailbox) => store.mayHaveRoom(mailbox, anyBytes, noLimit);
    if (distinct.size === 1) damaged.note(mailboxes[0]!, error);
    else for (const mailbox of distinct.values()) await look(mailbox).catch((found) => noted(found, mailbox));
    return asStoreError(error);
  };
  return {
    ...store,
    assignSeqs: async (mailboxes) => {
      for (const mailbox of mailboxes) damaged.refuse(mailbox);
      try {
        return await store.assignSeqs(mailboxes);
      } catch (error) {
        throw await notedAmong(error, mailboxes);
      }
    },
    commit: async (settlements, limit) => {
      const mailboxes = settlements.map(({ mailbox }) => mailbox);
      for (const mailbox of mailboxes) damaged.refuse(mailbox);
      try {
        return await store.commit(settlements, limit);
      } catch (error) {
        throw await notedAmong(error, mailboxes);
      }
    },
    mayHaveRoom: (mailbox, bytes, limit) => guarded(mailbox, () => store.mayHaveRoom(mailbox, bytes, limit)),
    fetch: (mailbox, range) => guarded(mailbox, () => store.fetch(mailbox, range)),
    remove: (mailbox, upTo) => guarded(mailbox, () => store.remove(mailbox, upTo)),
    // The list leads into every mailbox.
    admittedWithout: async (range) => {
      if (!damaged.isEmpty) throw new StoreError('damaged', 'the messages of damaged mailboxes cannot be listed');
      return store.admittedWithout(range);
    },
    // Removes from every mailbox, and from pages beside the damaged ones. What has expired stays hidden.
    removeExpired: async () => (damaged.isEmpty ? store.removeExpired() : 0),
  };
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError('damaged', `a page of the store is damaged: ${(error as Error).message}`, error);
}
