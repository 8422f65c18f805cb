// Ends its thread when it is asked to, or rejects with the number of its thread.

import { threadId } from 'node:worker_threads';
import { Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

export default whenAsked({ exit: () => process.exit(1), name: () => Reject(String(threadId)) });
