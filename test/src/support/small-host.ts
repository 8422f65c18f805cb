// A minimal host for the admin API to administer, and a server for that API. No thread is started.

import { type AdministeredHost, adminApi, type PluginAnswer } from '@gatehouse/host/admin';
import fastify, { type FastifyInstance } from 'fastify';
import type { Test } from 'tap';

export const token = 'the-token-of-these-tests';
export const prefix = '/admin';

/** Returns an error like those of the host. */
export function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

export function plugin(name: string, more: Partial<PluginAnswer> = {}): PluginAnswer {
  return {
    name,
    title: name.toUpperCase(),
    version: '1.0.0',
    path: `plugins/${name}`,
    enabled: false,
    state: 'disabled',
    reason: '',
    generation: 0,
    order: 100,
    threads: 1,
    hooks: [],
    policy: { 'timed-out': 'defer' },
    pids: [],
    memoryGuard: 'sampled',
    counters: {
      continued: 0,
      rejected: 0,
      deferred: 0,
      faults: { 'timed-out': 0 },
      admitted: { 'timed-out': 0 },
      observed: 0,
      dropped: {},
      observerErrors: 0,
      logDropped: 0,
      crashes: 0,
      zombies: 0,
    },
    ...more,
  };
}

/** Returns a host whose plugins change state as soon as they are enabled or disabled. */
export function smallHost(...plugins: readonly PluginAnswer[]): AdministeredHost {
  const byName = new Map(plugins.map((one) => [one.name, one]));
  const get = async (name: string) => {
    const found = byName.get(name);
    if (found === undefined) throw coded('PLUGIN_UNKNOWN', `there is no plugin ${name}`);
    return found;
  };
  const turn = async (name: string, more: Partial<PluginAnswer>) => {
    const turned = { ...(await get(name)), ...more };
    byName.set(name, turned);
    return turned;
  };
  return {
    list: async () => [...byName.values()],
    get,
    enable: (name) => turn(name, { enabled: true, state: 'ready', generation: 1, hooks: ['onMessageEnqueue'] }),
    disable: (name) => turn(name, { enabled: false, state: 'disabled' }),
    rescan: async () => ({ plugins: [...byName.values()], changed: [] }),
    conditions: () => [],
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request over HTTP, with the token unless `init` has its own headers. */
export type Ask = (path: string, init?: RequestInit) => Promise<Answer>;

/** Starts a server with the admin API on a free port, closed when the test ends. */
export async function served(t: Test, host: AdministeredHost, app: FastifyInstance = fastify()): Promise<Ask> {
  t.teardown(() => app.close());
  await app.register(adminApi, { prefix, host, token });
  return askOf(await app.listen({ host: '127.0.0.1', port: 0 }));
}

/** Sends requests to a server at this address. */
export function askOf(address: string): Ask {
  return async (path, init = {}) => {
    const answer = await fetch(address + path, { headers: { authorization: `Bearer ${token}` }, ...init });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) };
  };
}

/** Checks the properties of every problem document. */
export function isProblem(t: Test, answer: Answer, status: number, code: string): void {
  t.equal(answer.status, status);
  t.equal(answer.headers.get('content-type'), 'application/problem+json');
  t.match(answer.body, { status, code, type: /^urn:gatehouse:problem:[a-z-]+$/, title: /./, detail: /./ });
}
