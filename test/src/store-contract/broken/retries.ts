// Stores that break a promise of their keys.

import type { Offer, Outcome } from '@gatehouse/server';
import { early, late } from '../clocks.js';
import { answering, ended, keyless, keyOf, offering } from './admitting.js';
import type { BrokenStores } from './broken-store.js';

const lateMs = 100;
const mailboxByte = ({ mailbox }: Offer): number => mailbox.channelId[0]!;

export const brokenRetries = {
  'recognises keys a millisecond too long': {
    promise: 'a retry is answered with the number of its message, until its key expires',
    clock: late,
  },

  'forgets keys a millisecond too early': {
    promise: 'a retry is answered with the number of its message, until its key expires',
    clock: early,
  },

  'takes any message under a used key for a retry': {
    promise: 'another message under a used key is not stored',
    breaks: (store) =>
      offering(store, (offer) =>
        offer.retry ? { ...offer, retry: { ...offer.retry, fingerprint: Buffer.alloc(32) } } : offer,
      ),
  },

  'shares keys between senders': {
    promise: 'a key belongs to a sender and a mailbox, and to the mailbox alone if the sender is sealed',
    breaks: (store) => offering(store, ({ senderIdentity: _, ...offer }) => offer),
  },

  'shares keys between mailboxes': {
    promise: 'a key belongs to a sender and a mailbox, and to the mailbox alone if the sender is sealed',
    breaks: (store) => {
      const ofFirst = new Map<string, number>();
      return answering(store, (outcome, offer) => {
        const name = `${keyOf(offer)} ${offer.senderIdentity?.[0]}`;
        const first = ofFirst.get(name) ?? mailboxByte(offer);
        ofFirst.set(name, first);
        return first === mailboxByte(offer) ? outcome : { outcome: 'key-reused' };
      });
    },
  },

  'recognises no message whose sender is sealed': {
    promise: 'a key belongs to a sender and a mailbox, and to the mailbox alone if the sender is sealed',
    breaks: (store) => offering(store, (offer) => (offer.senderIdentity ? offer : keyless(offer))),
  },

  'looks for a key that is under way in vain': {
    promise: 'a message that is offered several times at once is stored once',
    breaks: (store) => {
      const underWay = new Set<string>();
      return {
        admit: (batch, ...how) => {
          const admitting = store.admit(
            batch.map((offer) => (underWay.has(keyOf(offer)) ? keyless(offer) : offer)),
            ...how,
          );
          const keys = batch.map(keyOf);
          for (const key of keys) underWay.add(key);
          ended(admitting).then(() => {
            for (const key of keys) underWay.delete(key);
          });
          return admitting;
        },
      };
    },
  },

  'refuses a retry with the message that it waited for': {
    promise: 'a message that waited for one that was refused is stored in its place',
    breaks: (store) => {
      const underWay = new Map<string, Promise<Outcome>>();
      return {
        admit: (batch, ...how) => {
          const key = keyOf(batch[0]!);
          const first = underWay.get(key);
          if (first) return { decided: first.then(() => {}), outcomes: batch.map(() => first) };
          const admitting = store.admit(batch, ...how);
          underWay.set(key, admitting.outcomes[0]!);
          ended(admitting).then(() => underWay.delete(key));
          return admitting;
        },
      };
    },
  },

  'shows a message before its key is known': {
    promise: 'no message is seen before its key is known',
    breaks: (store) => {
      const given = new Set<string>();
      const known = new Set<string>();
      return {
        admit: (batch, ...how) => {
          const isHidden = (offer: Offer) => given.has(keyOf(offer)) && !known.has(keyOf(offer));
          const admitting = store.admit(
            batch.map((offer) => (isHidden(offer) ? keyless(offer) : offer)),
            ...how,
          );
          const keys = batch.map(keyOf);
          for (const key of keys) given.add(key);
          const know = () => {
            for (const key of keys) known.add(key);
          };
          ended(admitting).then(() => setTimeout(know, lateMs));
          return admitting;
        },
      };
    },
  },

  'forgets a key with its message': {
    promise: 'a key outlives its message',
    breaks: (store) => {
      const acknowledged = new Set<number>();
      return {
        acknowledge: (of, upTo) => {
          acknowledged.add(of.channelId[0]!);
          return store.acknowledge(of, upTo);
        },
        ...offering(store, (offer) => (acknowledged.has(mailboxByte(offer)) ? keyless(offer) : offer)),
      };
    },
  },

  'removes a key with an older one of its name': {
    promise: 'expired keys are removed, but not one that was given again',
    breaks: (store) => {
      let areRemoved = false;
      return {
        removeExpired: () => {
          areRemoved = true;
          return store.removeExpired();
        },
        ...offering(store, (offer) => (areRemoved ? keyless(offer) : offer)),
      };
    },
  },
} as const satisfies BrokenStores;
