// Clients of the whole server that wait for messages.

import { setTimeout as delay } from 'node:timers/promises';
import { answer } from '../answers.js';
import { HttpWire, requestOf } from '../http-wire.js';
import { Samples, type Summary } from '../samples.js';
import { channelOf, tokenOf } from '../seed.js';

const payload = 'x'.repeat(128);
/** Connections opened at a time: more would overflow the server's backlog. */
const openedAtOnce = 200;
const waitMs = 600_000;
const retryMs = 1_000;
const waiting: HttpWire[] = [];

const channelId = (i: number) => channelOf(i).toString('base64url');

/** Made once: what signs and prints them is no part of the server. */
const enqueues: Buffer[] = [];
function enqueue(i: number): Buffer {
  enqueues[i] ??= requestOf('enqueue', tokenOf('sender', i), { channelId: channelId(i), payload });
  return enqueues[i];
}

const fetchWait = (i: number, after = '0') =>
  requestOf('fetch-wait', tokenOf('recipient', i), { channelId: channelId(i), after, timeoutMs: waitMs });

async function openAll(port: number, count: number): Promise<HttpWire[]> {
  const wires: HttpWire[] = [];
  while (wires.length < count) {
    const some = Array.from({ length: Math.min(openedAtOnce, count - wires.length) }, () => new HttpWire(port));
    await Promise.all(some.map(({ opened }) => opened));
    wires.push(...some);
  }
  return wires;
}

let answered: { wire: HttpWire; text: string; at: number }[] = [];
let told = () => {};

async function wait(wire: HttpWire, i: number, after?: string): Promise<void> {
  const { status, text } = await wire.ask(fetchWait(i, after));
  if (status === 503) {
    // So many at once are too many; they come again when the server has asked them to.
    await delay(retryMs);
    return wait(wire, i, after);
  }
  answered.push({ wire, text, at: performance.now() });
  told();
}

const gone = () => {};

const samples = new Samples();

const answers = {
  /** Resolves when so many wait, each for a mailbox of its own. */
  async wait(port: number, count: number): Promise<void> {
    waiting.push(...(await openAll(port, count)));
    for (const [i, wire] of waiting.entries()) wait(wire, i).catch(gone);
  },
  /**
   * Sends messages one after the other to mailboxes that are waited for: times from sending one to its being fetched, in
   * ms, so the write to the disk is in them; and how often somebody else was woken.
   */
  async wake(port: number, count: number): Promise<Summary & { readonly wrong: number }> {
    const sender = new HttpWire(port);
    await sender.opened;
    samples.clear();
    let wrong = 0;
    for (let n = 0; n < count; n++) {
      const i = Math.floor(Math.random() * waiting.length);
      const woken = new Promise<void>((resolve) => {
        told = resolve;
      });
      const sentAt = performance.now();
      const { text } = await sender.ask(enqueue(i));
      if (answered.length === 0) await woken;
      wrong += answered.filter(({ wire }) => wire !== waiting[i]).length;
      samples.add(answered[0]!.at - sentAt);
      answered = [];
      wait(waiting[i]!, i, /"seq":"(\d+)"/.exec(text)?.[1]).catch(gone);
    }
    sender.close();
    return { ...samples.summary(), wrong };
  },
  leave(): void {
    for (const wire of waiting.splice(0)) wire.close();
  },
};

export type ClientsChild = typeof answers;

answer(answers);
