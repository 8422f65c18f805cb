// The routes of the client API, in the order of the docs.

import type { ClientRoute } from './route.js';
import { ack } from './routes/ack.js';
import { batchEnqueue } from './routes/batch-enqueue.js';
import { enqueue } from './routes/enqueue.js';
import { fetchMessages } from './routes/fetch.js';
import { fetchWait } from './routes/fetch-wait.js';
import { finishLogin, startLogin } from './routes/login.js';
import { logout, logoutAll } from './routes/logout.js';
import { openChannel } from './routes/open-channel.js';
import { finishRegistration, startRegistration } from './routes/register.js';

export const clientRoutes: readonly ClientRoute[] = [
  startRegistration,
  finishRegistration,
  startLogin,
  finishLogin,
  logout,
  logoutAll,
  openChannel,
  enqueue,
  batchEnqueue,
  fetchMessages,
  fetchWait,
  ack,
];
