// Every promise of a store. docs/storage.md has them as a table.

import { accounts } from './accounts.js';
import { admitted } from './admitted.js';
import { announcements } from './announcements.js';
import { channels } from './channels.js';
import { commits } from './commits.js';
import { durability } from './durability.js';
import { expiry } from './expiry.js';
import { limits } from './limits.js';
import { messages } from './messages.js';
import { numbers } from './numbers.js';
import { ranges } from './ranges.js';
import { receipts } from './receipts.js';
import { removal } from './removal.js';

export const promises = {
  ...durability,
  ...numbers,
  ...commits,
  ...messages,
  ...ranges,
  ...limits,
  ...receipts,
  ...removal,
  ...expiry,
  ...accounts,
  ...channels,
  ...announcements,
  ...admitted,
};

export type PromiseTitle = keyof typeof promises;
