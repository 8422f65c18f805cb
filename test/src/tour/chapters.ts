// The chapters of the tour, in order.

import { accounts } from './chapters/accounts.js';
import { batch } from './chapters/batch.js';
import { closing } from './chapters/closing.js';
import { crash } from './chapters/crash.js';
import { droppedPlugin } from './chapters/dropped-plugin.js';
import { limit } from './chapters/limiter.js';
import { messages } from './chapters/messages.js';
import { plugins } from './chapters/plugins.js';
import { waiting } from './chapters/waiting.js';
import type { Chapter } from './stage.js';

export const chapters: readonly Chapter[] = [
  plugins,
  accounts,
  messages,
  limit,
  droppedPlugin,
  crash,
  batch,
  waiting,
  closing,
];
