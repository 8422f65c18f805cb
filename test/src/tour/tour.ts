// The tour: sets the stage, plays the chapters until one fails, says what was shown, and clears up.

import { ServerLog } from '../support/server-log.js';
import { ServerProcess } from '../support/server-process.js';
import { Administration } from './administration.js';
import { maxBytes } from './chapters/limiter.js';
import { chapters } from './chapters.js';
import { Client } from './client.js';
import { Conversation } from './conversation.js';
import { Operator } from './operator.js';
import { logText, Page } from './page.js';
import type { Stage } from './stage.js';
import { StageFolders } from './stage-folders.js';

export interface TourOptions {
  /** Show the server's log. */
  readonly verbose: boolean;
  /** First-party plugins to leave out, to see the tour fail. */
  readonly without: readonly string[];
}

const warning = 40;

export class Tour {
  readonly #page: Page;
  readonly #folders: StageFolders;
  readonly #log: ServerLog;
  readonly #server: ServerProcess;

  constructor(options: TourOptions) {
    this.#page = new Page(options);
    this.#folders = new StageFolders(options.without);
    this.#log = new ServerLog((line) => this.#page.log(line));
    this.#server = new ServerProcess(
      {
        dataFolder: this.#folders.data,
        plugins: this.#folders.plugins,
        pluginConfig: JSON.stringify({ 'payload-limiter': { maxBytes } }),
        port: '0',
        adminPort: '0',
      },
      this.#log,
    );
  }

  /** Resolves to whether everything was as it should be. */
  async play(): Promise<boolean> {
    const startedAt = performance.now();
    this.#page.heading('Gatehouse: a tour');
    const played = await this.#playChapters();
    this.#page.heading('What was shown');
    for (const [i, { title }] of chapters.entries()) {
      this.#page.shown(title, i < played ? 'ok' : i === played ? 'FAILED' : 'not shown');
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const isFine = played === chapters.length;
    this.#page.heading(`${isFine ? 'All as it should be' : 'Not as it should be'}, after ${seconds} s`);
    return isFine;
  }

  /** Ends the server, unless it has ended, and removes the folders: both at once, as its data go with them. */
  clearUp(): void {
    this.#server.kill();
    this.#folders.remove();
  }

  /** How many chapters showed what they should; the first that does not is the last that is played. */
  async #playChapters(): Promise<number> {
    let played = 0;
    try {
      const stage = await this.#stage();
      for (const { title, play } of chapters) {
        this.#page.heading(`${played + 1}  ${title}`);
        await play(stage);
        played++;
      }
    } catch (error) {
      this.#tellOf(error);
    }
    return played;
  }

  async #stage(): Promise<Stage> {
    const [page, log, server, folders] = [this.#page, this.#log, this.#server, this.#folders];
    const { url, adminUrl, adminToken } = await server.addresses();
    const [alice, bob] = [await Client.create(url, 'alice'), await Client.create(url, 'bob')];
    const conversation = new Conversation(page, alice, bob);
    const administration = new Administration(page, new Operator(adminUrl, adminToken));
    return { page, log, server, folders, alice, bob, conversation, administration };
  }

  #tellOf(error: unknown): void {
    this.#page.heading(`Stopped: ${error instanceof Error ? error.message : error}`);
    const lines = this.#log.tail(10, warning);
    if (lines.length > 0) this.#page.note('The last warnings in the log of the server:');
    for (const line of lines) this.#page.note(logText(line));
  }
}
