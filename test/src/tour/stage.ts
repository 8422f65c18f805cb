// What the chapters of the tour have in common: who takes part, and where.

import type { ServerLog } from '../support/server-log.js';
import type { ServerProcess } from '../support/server-process.js';
import type { Administration } from './administration.js';
import type { Client } from './client.js';
import type { Conversation } from './conversation.js';
import type { Page } from './page.js';
import type { StageFolders } from './stage-folders.js';

export interface Stage {
  readonly page: Page;
  readonly folders: StageFolders;
  readonly log: ServerLog;
  readonly server: ServerProcess;
  readonly alice: Client;
  readonly bob: Client;
  /** What Alice and Bob do in their channel. */
  readonly conversation: Conversation;
  /** What the operator does. */
  readonly administration: Administration;
}

/** A part of the tour that shows one thing. */
export interface Chapter {
  /** What it shows, as a sentence. */
  readonly title: string;
  /** @throws when something is not as the title says */
  play(stage: Stage): Promise<void>;
}
