// Stores that break a promise of their receipts.

import type { Receipt, Settlement, Store } from '@gatehouse/server';
import type { BrokenStores } from './broken-store.js';

const lateMs = 20;
const nameOf = (id: Uint8Array) => Buffer.from(id).toString('latin1');

/** The receipts that are given in a commit, by their names. */
const given = (
  settlements: readonly Settlement[],
): readonly (readonly [string, Receipt & { mailbox: Settlement['mailbox'] }])[] =>
  settlements.flatMap(({ mailbox, seq, receipt }) =>
    receipt ? [[nameOf(receipt.id), { ...receipt, seq, mailbox }]] : [],
  );

/** Finds no receipts with these names. */
const hiding = (store: Store, hidden: ReadonlySet<string>): Pick<Store, 'receipt'> => ({
  receipt: async (id) => (hidden.has(nameOf(id)) ? undefined : store.receipt(id)),
});

export const brokenReceipts = {
  'keeps the receipt of a message without room': {
    promise: 'a message without room leaves a gap and no receipt, and its commit is stored',
    breaks: (store) => {
      const kept = new Map<string, Receipt>();
      return {
        commit: (settlements, limit) => {
          for (const [name, receipt] of given(settlements)) kept.set(name, receipt);
          return store.commit(settlements, limit);
        },
        receipt: async (id) => kept.get(nameOf(id)),
      };
    },
  },

  'finds receipts that have expired': {
    promise: 'a receipt comes back with the number of its message, until it expires',
    breaks: (store) => {
      const found = new Map<string, Receipt>();
      return {
        receipt: async (id) => {
          const receipt = await store.receipt(id);
          if (receipt) found.set(nameOf(id), receipt);
          return found.get(nameOf(id));
        },
      };
    },
  },

  'shows a message before its receipt': {
    promise: 'no message is seen before its receipt is found',
    breaks: (store) => {
      const hidden = new Set<string>();
      return {
        commit: async (settlements, limit) => {
          const names = given(settlements).map(([name]) => name);
          for (const name of names) hidden.add(name);
          const settled = await store.commit(settlements, limit);
          setTimeout(() => {
            for (const name of names) hidden.delete(name);
          }, lateMs);
          return settled;
        },
        ...hiding(store, hidden),
      };
    },
  },

  'removes a receipt with its message': {
    promise: 'a receipt outlives its message',
    breaks: (store) => {
      const receipts = new Map<string, { readonly seq: bigint; readonly mailbox: Settlement['mailbox'] }>();
      const hidden = new Set<string>();
      return {
        commit: (settlements, limit) => {
          for (const [name, receipt] of given(settlements)) receipts.set(name, receipt);
          return store.commit(settlements, limit);
        },
        remove: (of, upTo) => {
          for (const [name, { seq }] of receipts) if (seq <= upTo) hidden.add(name);
          return store.remove(of, upTo);
        },
        ...hiding(store, hidden),
      };
    },
  },

  'removes a receipt with an older one of its name': {
    promise: 'expired receipts are removed, but not one that was given in the place of an older',
    breaks: (store) => {
      const names = new Set<string>();
      const hidden = new Set<string>();
      return {
        commit: (settlements, limit) => {
          for (const [name] of given(settlements)) names.add(name);
          return store.commit(settlements, limit);
        },
        removeExpired: () => {
          for (const name of names) hidden.add(name);
          return store.removeExpired();
        },
        ...hiding(store, hidden),
      };
    },
  },
} as const satisfies BrokenStores;
