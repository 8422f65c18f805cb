// What Alice and Bob do in the channel between them, as steps of the tour.

import type { Message } from '@gatehouse/client';
import { type ExpectedProblem, granted, must, refused } from './checks.js';
import type { Client } from './client.js';
import type { Page } from './page.js';

export class Conversation {
  readonly #page: Page;
  readonly #alice: Client;
  readonly #bob: Client;
  #channelId = '';

  constructor(page: Page, alice: Client, bob: Client) {
    this.#page = page;
    this.#alice = alice;
    this.#bob = bob;
  }

  get channelId(): string {
    must(this.#channelId !== '', 'a channel');
    return this.#channelId;
  }

  /** Both ask for it: there is one channel, and it is new to the first of them. */
  async open(): Promise<void> {
    const ask = () => this.#alice.openChannel(this.#bob.key);
    const opened = await this.#page.step('alice', 'opens a channel with bob', ask, (outcome) => {
      const { id: channelId, wasNew } = granted(outcome);
      must(wasNew && Buffer.from(channelId, 'base64url').length === 16, 'a new channel with an id of 16 bytes');
      return `${channelId}, new`;
    });
    this.#channelId = granted(opened).id;
    const askToo = () => this.#bob.openChannel(this.#alice.key);
    await this.#page.step('bob', 'opens a channel with alice', askToo, (outcome) => {
      const { id: channelId, wasNew } = granted(outcome);
      must(channelId === this.#channelId && !wasNew, 'the channel that alice has');
      return `${channelId}, the same one`;
    });
  }

  /** Alice sends a message of so many bytes, and it is stored. */
  async passes(bytes: number): Promise<void> {
    const ask = () => this.#alice.ask(this.channelId, (channel) => channel.send(messageOf(bytes)));
    await this.#page.step('alice', `sends ${bytes} bytes`, ask, (outcome) => `stored, seq ${granted(outcome).seq}`);
  }

  /** Alice sends a message of so many bytes, and it is not taken. */
  async fails(bytes: number, problem: ExpectedProblem): Promise<void> {
    const ask = () => this.#alice.ask(this.channelId, (channel) => channel.send(messageOf(bytes)));
    await this.#page.step('alice', `sends ${bytes} bytes`, ask, (outcome) => refused(outcome, problem));
  }

  /** Bob fetches, and finds messages of these lengths. */
  async arrived(...lengths: readonly number[]): Promise<readonly Message[]> {
    const ask = () => this.#bob.ask(this.channelId, (channel) => channel.fetch());
    const fetched = await this.#page.step('bob', 'fetches', ask, (outcome) => this.seen(granted(outcome), lengths));
    return granted(fetched);
  }

  /** As `arrived`; then he acknowledges, and the mailbox is empty. */
  async arrivedAndKept(...lengths: readonly number[]): Promise<void> {
    const messages = await this.arrived(...lengths);
    const upTo = messages.at(-1)?.seq ?? 0n;
    const ask = () => this.#bob.ask(this.channelId, (channel) => channel.acknowledge(upTo));
    await this.#page.step('bob', `acknowledges up to seq ${upTo}`, ask, (outcome) => {
      const removed = granted(outcome);
      must(removed === lengths.length, `${lengths.length} removed, got ${removed}`);
      return `${removed} removed from the server`;
    });
  }

  /** Makes sure that these are the messages that Alice sent with these lengths, in order. */
  seen(messages: readonly Message[], lengths: readonly number[]): string {
    const found = messages.map(({ payload }) => Buffer.from(payload).toString());
    const sent = lengths.map((bytes) => messageOf(bytes).toString());
    must(found.join() === sent.join(), `messages of ${textOf(lengths)} bytes, got ${found.length}: ${found.join(' ')}`);
    must(
      messages.every(({ senderIdentity }) => senderIdentity === this.#alice.key),
      'alice to be the sender',
    );
    const rising = messages.every(({ seq }, i) => i === 0 || seq > messages[i - 1]!.seq);
    must(rising, 'numbers that rise');
    if (messages.length === 0) return 'nothing';
    return messages.map(({ seq, payload }) => `seq ${seq}: ${payload.length} bytes`).join(', ');
  }
}

/** The message of that many bytes. What it says is the clients' affair: to the server it is bytes. */
export function messageOf(bytes: number): Buffer {
  return Buffer.alloc(bytes, `${bytes} bytes from alice. `);
}

function textOf(lengths: readonly number[]): string {
  return lengths.length === 0 ? 'no' : lengths.join(', ');
}
