// All broken stores: those of the histories, which a whole server is tried with as well, and those of the suite alone.

import { brokenStores as ofHistories } from '../../history/broken-stores.js';
import type { PromiseTitle } from '../promises/promises.js';
import { brokenAccounts } from './accounts.js';
import { brokenAcknowledgements } from './acknowledgements.js';
import { brokenAnnouncements } from './announcements.js';
import { brokenBatches } from './batches.js';
import type { BrokenStore } from './broken-store.js';
import { brokenDecisions } from './decisions.js';
import { brokenLimits } from './limits.js';
import { brokenMessages } from './messages.js';
import { brokenRetries } from './retries.js';

const everyMessage = 'every message comes, once, in the order of the numbers, and only in its mailbox';

/** The promise by which the suite has to find each store that the histories have. */
const promiseOf: Readonly<Record<keyof typeof ofHistories, PromiseTitle>> = {
  'answers before the commit': 'messages, keys and gaps are there after a kill that follows right after the answer',
  'drops a message': everyMessage,
  'stores a message twice': everyMessage,
  'forgets a receipt': 'a retry is answered with the number of its message, until its key expires',
  'gives a number again': 'numbers rise in each mailbox on its own, also while earlier ones are being written',
  'fetches in another order': everyMessage,
  'skips a message': everyMessage,
  'changes a payload': 'payloads of all sizes come back byte for byte',
  'keeps what was acknowledged': 'an acknowledgement takes the messages up to and including a number, of one mailbox',
};

type HistoryName = keyof typeof ofHistories;
const fromHistories = Object.fromEntries(
  Object.entries(ofHistories).map(([name, { breaks }]) => [name, { promise: promiseOf[name as HistoryName], breaks }]),
) as Readonly<Record<HistoryName, BrokenStore>>;

const own = {
  ...brokenBatches,
  ...brokenDecisions,
  ...brokenMessages,
  ...brokenLimits,
  ...brokenRetries,
  ...brokenAcknowledgements,
  ...brokenAccounts,
  ...brokenAnnouncements,
};

export type BrokenStoreName = HistoryName | keyof typeof own;

export const brokenStores: Readonly<Record<BrokenStoreName, BrokenStore>> = { ...fromHistories, ...own };
