// A small HTTP server whose only work is to take messages and have them decided: neither login nor storage stand in
// front of what the gate costs.

import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Host } from '@gatehouse/host';
import type { HookAction, MessageEvent } from '@gatehouse/plugin-api';
import { Gather } from '@gatehouse/server/internal/messages/gather';
import fastify from 'fastify';
import { Piscina } from 'piscina';
import { answer } from '../answers.js';
import { check } from '../check.js';
import { type Hosting, openHost } from '../hosting.js';
import type { MessageBody } from '../message-body.js';

/** How the server comes to its decisions. */
export type Way =
  | { readonly kind: 'none' | 'function' | 'piscina' }
  | { readonly kind: 'host'; readonly hosting: Hosting; readonly asks: Asks };

/** Blocking with the messages gathered that came meanwhile, blocking for each message, or without blocking. */
export type Asks = 'gathered' | 'each' | 'async';

type Decide = (event: MessageEvent) => { readonly action: string } | Promise<{ readonly action: string }>;

/** Messages in one blocking call, at most. */
const gatherMax = 64;

function gathered(host: Host): Decide {
  interface Pending {
    readonly event: MessageEvent;
    readonly resolve: (decision: { readonly action: string }) => void;
  }
  const gather = new Gather<Pending>(gatherMax, async (pending) => {
    if (pending.length === 1) return pending[0]!.resolve(host.onMessageEnqueue(pending[0]!.event));
    const events = pending.map(({ event }) => event);
    const decisions = host.askAll('onMessageEnqueue', events);
    for (const [i, { resolve }] of pending.entries()) resolve(decisions[i]!);
  });
  return (event) => new Promise((resolve) => gather.add({ event, resolve }));
}

function inPool(): Decide {
  const filename = fileURLToPath(new URL('../workers/piscina-worker.js', import.meta.url));
  const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1 });
  return (event) => pool.run(event) as Promise<HookAction>;
}

const asking: Record<Asks, (host: Host) => Decide> = {
  gathered,
  each: (host) => (event) => host.onMessageEnqueue(event),
  async: (host) => (event) => host.askAsync('onMessageEnqueue', event),
};

async function decider(way: Way): Promise<Decide | undefined> {
  if (way.kind === 'host') {
    const host = await openHost(way.hosting);
    return asking[way.asks](host);
  }
  return { none: () => undefined, function: () => check, piscina: inPool }[way.kind]();
}

let seq = 0n;

function eventOf({ recipient, channel, payload }: MessageBody): MessageEvent {
  return {
    recipientKey: Buffer.from(recipient, 'base64url'),
    channelId: Buffer.from(channel, 'base64url'),
    payloadLen: payload.length,
    seq: ++seq,
  };
}

const answers = {
  /** Resolves with the port that the server listens on. */
  async open(way: Way): Promise<number> {
    const decide = await decider(way);
    const app = fastify();
    app.post<{ Body: MessageBody }>('/messages', async (request, reply) => {
      const event = eventOf(request.body);
      const decision = await decide?.(event);
      if (decision !== undefined && decision.action !== 'continue') reply.code(403);
      return { seq: String(event.seq) };
    });
    app.get('/unrelated', async () => ({ is: 'unrelated' }));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return (app.server.address() as AddressInfo).port;
  },
};

export type ServerChild = typeof answers;

answer(answers);
