// Finds out whether the server can take requests, and what prevents it if not. It sees its parts only as checks.

import {
  ActiveConditions,
  type AdministeredHost,
  type Condition,
  type ConditionName,
  conditionTable,
  type FoundCondition,
  sentenceWithoutName,
} from '@gatehouse/host/admin';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../store/store.js';

/** Asks one part of the server. If that throws or times out, the condition is `ifItFails`. */
export interface ReadinessCheck {
  readonly ifItFails: ConditionName;
  readonly ask: () => Promise<readonly FoundCondition[]>;
}

type Phase = 'starting' | 'serving' | 'draining';

/** Time for which an answer is reused, in ms, because anybody may ask, and checking the store is a write. */
const freshMs = 1_000;
/** Time in which a part has to answer, in ms. */
const patienceMs = 2_000;

export class Readiness {
  readonly #checks: ReadinessCheck[];
  #phase: Phase = 'starting';
  readonly #active = new ActiveConditions();
  readonly #host: Pick<AdministeredHost, 'conditions'> | undefined;
  #found: Promise<readonly FoundCondition[]> | undefined;
  #goodUntil = 0;

  /** Without a host there are no conditions of plugins. */
  constructor(checks: readonly ReadinessCheck[], host?: Pick<AdministeredHost, 'conditions'>) {
    this.#checks = [...checks];
    this.#host = host;
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

  /** Returns everything that prevents taking requests; nothing when they are taken. */
  async unready(): Promise<readonly Condition[]> {
    const all = [...(await this.conditions()), ...this.#ofHost];
    return all.filter(({ makesUnready }) => makesUnready);
  }

  /** Returns everything that is wrong with the server itself. */
  async conditions(): Promise<readonly Condition[]> {
    const found = this.#phase === 'serving' ? await this.#look() : [{ name: this.#phase }];
    return this.#active.update(found);
  }

  get #ofHost(): readonly Condition[] {
    // While the server starts or ends, its phase is the only condition.
    return this.#phase === 'serving' ? (this.#host?.conditions() ?? []) : [];
  }

  #look(): Promise<readonly FoundCondition[]> {
    if (this.#found === undefined || performance.now() > this.#goodUntil) {
      this.#goodUntil = performance.now() + freshMs;
      this.#found = Promise.all(this.#checks.map(answerOf)).then((found) => found.flat());
    }
    return this.#found;
  }
}

async function answerOf({ ifItFails: name, ask }: ReadinessCheck): Promise<readonly FoundCondition[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly FoundCondition[]>((resolve) => {
    const reason = `no answer within ${patienceMs} ms`;
    timer = setTimeout(() => resolve([{ name, reason }]), patienceMs).unref();
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    // The part's users log the reason; the answer reports only the condition.
    return [{ name }];
  } finally {
    clearTimeout(timer);
  }
}

export function storeCheck(store: Pick<Store, 'checkWritable'>): ReadinessCheck {
  const ask = async () => {
    await store.checkWritable();
    return [];
  };
  return { ifItFails: 'store', ask };
}

export interface DamagedPart {
  /** For operators. Undefined when nothing is damaged. */
  readonly description: string | undefined;
}

/** Reports mailboxes that are damaged, and so not served. */
export function damageCheck(damaged: DamagedPart): ReadinessCheck {
  const ask = async () => {
    const { description: reason } = damaged;
    return reason === undefined ? [] : [{ name: 'store-damaged', reason } as const];
  };
  return { ifItFails: 'store-damaged', ask };
}

/** Reports a certificate that has expired or soon will. The server stays ready in either case. */
export function certificateCheck(tls: { certificateCondition(): FoundCondition | undefined }): ReadinessCheck {
  const ask = async () => [tls.certificateCondition()].filter((found) => found !== undefined);
  return { ifItFails: 'certificate-expired', ask };
}

/** Reports a clock that is not trusted. The server stays ready: what is doubted is only what to remove. */
export function clockCheck(clock: { readonly doubt: FoundCondition | undefined }): ReadinessCheck {
  return { ifItFails: 'clock-jumped', ask: async () => [clock.doubt].filter((found) => found !== undefined) };
}

/** Reports a disk with less room than is to be left. The server stays ready: what is there is delivered. */
export function floorCheck(store: { readonly shortOfRoom: () => string | undefined }): ReadinessCheck {
  const ask = async () => {
    const reason = store.shortOfRoom();
    return reason === undefined ? [] : [{ name: 'disk-floor' as const, reason }];
  };
  return { ifItFails: 'disk-floor', ask };
}

/** True for the health routes, whose answers matter most under overload. */
export const isHealthUrl = (url: string): boolean => /^\/(?:livez|readyz)(?:$|\?)/.test(url);

/** `/livez`: the process answers. `/readyz`: it takes requests, else 503 with the conditions. Neither needs a token. */
export function healthRoutes(app: FastifyInstance, readiness: Readiness, { forOperators }: { forOperators: boolean }) {
  const schema = { hide: true };
  app.get('/livez', { schema }, async () => ({ status: 'live' }));
  app.get('/readyz', { schema }, async (_request, reply) => {
    const unready = await readiness.unready();
    if (unready.length === 0) return { status: 'ready', notReady: [] };
    const notReady = unready.map((condition) => shown(condition, forOperators));
    return reply.code(503).header('retry-after', 1).send({ status: 'not-ready', notReady });
  });
}

/** Names the plugin only to operators. The reason needs their token, and is in `GET /plugins`. */
function shown(condition: Condition, forOperators: boolean): object {
  const { name, since, plugin } = condition;
  const entry = { what: conditionTable[name].part, condition: name, since, why: sentenceWithoutName(condition) };
  return forOperators && plugin !== undefined ? { ...entry, plugin } : entry;
}
