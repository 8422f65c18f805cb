// Plugins that share a spare thread, with real threads, in the test's own thread.

import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { SpareThreadState } from '@gatehouse/host/internal/contract/status';
import type { PluginSpec, SupervisorEvent } from '@gatehouse/host/internal/contract/supervisor-contract';
import { mayNarrow } from '@gatehouse/host/internal/node-internals/narrow';
import { readablePaths } from '@gatehouse/host/internal/plugins/found/readable-paths';
import { ThreadRunner } from '@gatehouse/host/internal/supervisor/runners/thread-runner';
import { SharedSpare } from '@gatehouse/host/internal/supervisor/spare/shared-spare';
import type { Test } from 'tap';
import { Arrivals } from '../support/arrivals.js';
import { pluginFolder } from '../support/open-host.js';
import { plainThread, type Supervised, supervise, type Told } from '../support/supervise.js';

export const fixture = 'looks-around-at-its-start';

type Opened = Extract<SupervisorEvent, { type: 'session-opened' }>;
const isOpened = (event: Told): event is Opened => event.type === 'session-opened';

export interface Look {
  readonly threadId: number;
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  readonly given: string;
}

type Logged = Extract<SupervisorEvent, { type: 'record' }>;

/** Resolves with what the session of this number has seen, counted from 0. */
export async function lookOf({ told, event }: Pick<Supervised, 'told' | 'event'>, session: number): Promise<Look> {
  const isLook = (one: Told): one is Logged => one.type === 'record' && one.record.message === 'looked around';
  const isIts = (one: Told): one is Logged => isLook(one) && told.filter(isLook).indexOf(one) === session;
  return (await event(isIts)).record.fields as unknown as Look;
}

/** Ends the current session, and resolves with what the next one sees. */
export async function crash(supervised: Supervised): Promise<Look> {
  const sessions = supervised.told.filter(isOpened);
  supervised.plugin.replace(sessions.at(-1)!.session, 'for a test');
  const isNext = (event: Told): event is Opened => isOpened(event) && !sessions.includes(event);
  await supervised.event(isNext);
  return lookOf(supervised, sessions.length);
}

/** The threads that begin in a test, in their order. */
function threadsOf(t: Test): Arrivals<Worker> {
  const begun = new Arrivals<Worker>();
  const seen = (worker: Worker) => begun.add(worker);
  process.on('worker', seen);
  t.teardown(() => process.off('worker', seen));
  return begun;
}

const limits = { threads: 1, memoryMb: 64, startMs: 20_000, stopMs: 10_000 };

/** A plugin in a folder of its own, with a data folder; `files` are those that it looks at. */
export async function specOf(folder: string, name: string, files: readonly string[]): Promise<PluginSpec> {
  const path = join(folder, name);
  const entry = join(path, 'index.mjs');
  const readable = await readablePaths({ path, entry });
  const thread = { ...plainThread, isolation: 'hardened-thread', readable, writable: [join(path, 'data')] } as const;
  return { name, entry: pathToFileURL(entry).href, config: { files }, ...limits, thread };
}

/** Two plugins that share a spare thread: `a` is supervised, and `b` is only counted in. */
export async function sharing(t: Test, tries = mayNarrow) {
  const manifest = { fixture, config: {} };
  const folder = await pluginFolder(t, { a: manifest, b: manifest });
  const files = ['a', 'b'].flatMap((name) => ['index.mjs', 'data'].map((file) => join(folder, name, file)));
  const states = new Arrivals<SpareThreadState>();
  const spare = new SharedSpare(tries, (state) => states.add(state));
  const other = {};
  spare.join(other, await specOf(folder, 'b', []));
  t.teardown(() => spare.leave(other));
  const begun = threadsOf(t);
  const spec = await specOf(folder, 'a', files);
  const supervised = supervise(t, fixture, spec, (options) => new ThreadRunner(options, spare));
  const is = (state: SpareThreadState, times = 1) =>
    states.until((all) => (all.filter((one) => one === state).length >= times ? true : undefined));
  return { supervised, begun, is, spare, spec };
}
