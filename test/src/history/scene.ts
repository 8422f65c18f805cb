// A server, its mailboxes, the clients that use them all at once, and the log of what they did.

import { setTimeout as pause } from 'node:timers/promises';
import { type Anomaly, check } from './checker.js';
import { Log } from './log.js';
import { type Mailbox, openMailboxes } from './mailboxes.js';
import { chooserOf } from './random.js';
import { Receiver } from './receiver.js';
import { Sender } from './sender.js';
import type { ServerUnderTest } from './server-under-test.js';
import { Tally } from './tally.js';

const sendersPerUser = 4;
/** What a client waits whose request failed. */
const failureMs = 20;

export class Scene {
  readonly server: ServerUnderTest;
  readonly mailboxes: readonly Mailbox[];
  readonly log = new Log();
  /** All that is stored has been fetched, and nobody does anything. */
  isAtRest = true;
  tally = new Tally();
  readonly #senders: readonly Sender[];
  readonly #receivers: readonly Receiver[];
  #working: Promise<unknown> = Promise.resolve();
  #ends = false;
  #named = 0;

  private constructor(server: ServerUnderTest, mailboxes: readonly Mailbox[], seed: string) {
    this.server = server;
    this.mailboxes = mailboxes;
    const users = [...new Set(mailboxes.map(({ sender }) => sender))];
    this.#senders = users.flatMap((user) =>
      Array.from(
        { length: sendersPerUser },
        (_, i) => new Sender(this, user, chooserOf(`${seed} ${user.username} ${i}`)),
      ),
    );
    this.#receivers = mailboxes.map((mailbox) => new Receiver(this, mailbox, chooserOf(`${seed} ${mailbox.name}`)));
  }

  /** Starts the server, which has to be new. */
  static async open(server: ServerUnderTest, seed: string): Promise<Scene> {
    await server.start();
    return new Scene(server, await openMailboxes(await server.url), seed);
  }

  newId(): string {
    return `message-${this.#named++}`;
  }

  /** The clients begin. */
  work(): void {
    this.tally = new Tally();
    this.isAtRest = false;
    this.#ends = false;
    this.#working = Promise.all([...this.#senders, ...this.#receivers].map((client) => this.#turns(client)));
    // Who rests hears of it.
    this.#working.catch(() => {});
  }

  /** The clients finish what they are at; then all that is stored is fetched. The server has to be up. */
  async rest(): Promise<void> {
    this.#ends = true;
    await this.#working;
    for (const receiver of this.#receivers) await receiver.drain();
    this.isAtRest = true;
  }

  hoard(hoards: boolean): void {
    for (const receiver of this.#receivers) receiver.hoards = hoards;
  }

  /** What is wrong with the log so far, shown by entries at `from` or later. */
  anomalies(from = 0): readonly Anomaly[] {
    return check(this.log.entries).filter(({ at }) => at >= from);
  }

  async #turns(client: Sender | Receiver): Promise<void> {
    while (!this.#ends) {
      const before = this.tally.failed;
      await client.turn();
      if (this.tally.failed > before) await pause(failureMs);
    }
  }
}
