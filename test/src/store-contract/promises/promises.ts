// Every promise of a store. docs/storage.md has them as a table.

import { accounts } from './accounts.js';
import { acknowledgements } from './acknowledgements.js';
import { admitted } from './admitted.js';
import { announcements } from './announcements.js';
import { batches } from './batches.js';
import { channels } from './channels.js';
import { decisions } from './decisions.js';
import { durability } from './durability.js';
import { expiry } from './expiry.js';
import { histories } from './histories.js';
import { limits } from './limits.js';
import { messages } from './messages.js';
import { numbers } from './numbers.js';
import { ranges } from './ranges.js';
import { retries } from './retries.js';

export const promises = {
  ...durability,
  ...numbers,
  ...batches,
  ...decisions,
  ...messages,
  ...ranges,
  ...limits,
  ...retries,
  ...acknowledgements,
  ...expiry,
  ...accounts,
  ...channels,
  ...announcements,
  ...admitted,
  ...histories,
};

export type PromiseTitle = keyof typeof promises;
