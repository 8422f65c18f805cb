// Whether a server can take requests, and what is in the way if it cannot. It knows of its parts only that they can be asked.

import type { AdministeredHost } from '@gatehouse/host/admin';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../store/store.js';

/** Something that is in the way. */
export interface Unready {
  readonly what: 'starting' | 'draining' | 'store' | 'plugin' | 'overload';
  /** For people. */
  readonly why: string;
  /** Which one; told to operators alone. */
  readonly plugin?: string;
}

/** Asks one part. What it throws counts as `what` being in the way. */
export interface ReadinessCheck {
  readonly what: Unready['what'];
  readonly ask: () => Promise<readonly Unready[]>;
}

type Phase = 'starting' | 'serving' | 'draining';

/** Everybody may ask, and a look at the store is a write: an answer is good for so long, in ms. */
const freshMs = 1_000;
/** How long a part may take over its answer, in ms. */
const patienceMs = 2_000;

export class Readiness {
  readonly #checks: ReadinessCheck[];
  #phase: Phase = 'starting';
  #found: Promise<readonly Unready[]> | undefined;
  #goodUntil = 0;

  constructor(checks: readonly ReadinessCheck[]) {
    this.#checks = [...checks];
  }

  add(check: ReadinessCheck): void {
    this.#checks.push(check);
  }

  serves(): void {
    this.#phase = 'serving';
  }

  drains(): void {
    this.#phase = 'draining';
  }

  /** All that is in the way; nothing when requests are taken. */
  async unready(): Promise<readonly Unready[]> {
    if (this.#phase === 'starting') return [{ what: 'starting', why: 'the server is starting' }];
    if (this.#phase === 'draining') return [{ what: 'draining', why: 'the server is shutting down' }];
    if (this.#found === undefined || performance.now() > this.#goodUntil) {
      this.#goodUntil = performance.now() + freshMs;
      this.#found = Promise.all(this.#checks.map(answerOf)).then((found) => found.flat());
    }
    return this.#found;
  }
}

async function answerOf({ what, ask }: ReadinessCheck): Promise<readonly Unready[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Unready[]>((resolve) => {
    timer = setTimeout(() => resolve([{ what, why: `no answer within ${patienceMs} ms` }]), patienceMs).unref();
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    // Why is in the log of whoever needed the part; to anybody who asks it is told that it is so.
    return [{ what, why: `the ${what} fails` }];
  } finally {
    clearTimeout(timer);
  }
}

export function storeCheck(store: Pick<Store, 'checkWritable'>): ReadinessCheck {
  const ask = async () => {
    await store.checkWritable();
    return [];
  };
  return { what: 'store', ask };
}

/** Plugins whose absence makes messages wait or be refused. */
export function pluginCheck(host: Pick<AdministeredHost, 'list'>): ReadinessCheck {
  const ask = async () => {
    const plugins = await host.list();
    const missed = plugins.filter(({ enabled, state, hooks, policy }) => {
      // Of one that was never ready it may not be known what it implements; then it is taken to guard the gate.
      const gates = hooks.length === 0 || hooks.includes('onMessageEnqueue');
      return enabled && state !== 'ready' && gates && policy.unavailable !== 'continue';
    });
    return missed.map(({ name, state, reason }) => ({
      what: 'plugin' as const,
      why: `a plugin that guards the gate is ${state}`,
      plugin: reason === '' ? name : `${name}: ${reason}`,
    }));
  };
  return { what: 'plugin', ask };
}

/** Whose answers are wanted above all when there is too much to do. */
export const isHealthUrl = (url: string): boolean => /^\/(?:livez|readyz)(?:$|\?)/.test(url);

/** `/livez`: the process answers. `/readyz`: it takes requests, or 503 with what is in the way. Neither needs a token. */
export function healthRoutes(app: FastifyInstance, readiness: Readiness, { forOperators }: { forOperators: boolean }) {
  const schema = { hide: true };
  app.get('/livez', { schema }, async () => ({ status: 'live' }));
  app.get('/readyz', { schema }, async (_request, reply) => {
    const unready = await readiness.unready();
    if (unready.length === 0) return { status: 'ready', notReady: [] };
    const told = forOperators ? unready : unready.map(({ what, why }) => ({ what, why }));
    return reply.code(503).header('retry-after', 1).send({ status: 'not-ready', notReady: told });
  });
}
