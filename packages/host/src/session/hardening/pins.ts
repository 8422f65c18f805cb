// The table of actions that Node's permission model leaves open, but that a plugin's thread must not take.
//
// It keeps faulty plugins from harming the process. It does not stop a plugin that looks for a way around it.

import type { Permissions, SwitchPermission } from '../../contract/permissions.js';
import { freeze, guard, replace } from './guards.js';
import { refusal } from './refusals.js';

// Importing them all as ES modules would add some milliseconds to a thread's start.
const hooks = process.getBuiltinModule('node:async_hooks');
const modules = process.getBuiltinModule('node:module');
const trace = quietly(() => process.getBuiltinModule('node:trace_events'));
const dgram = process.getBuiltinModule('node:dgram');
const dns = process.getBuiltinModule('node:dns');
const net = process.getBuiltinModule('node:net');
const os = process.getBuiltinModule('node:os');
const v8 = process.getBuiltinModule('node:v8');
const threads = process.getBuiltinModule('node:worker_threads');

/** Returns undefined if Node throws, as it does for tracing in a thread. */
function quietly<T>(load: () => T): T | undefined {
  try {
    return load();
  } catch {
    return undefined;
  }
}

/** Returns the prototype of Web Locks, which newer Nodes have. */
function locksOf(of: object): object | undefined {
  const { locks } = of as { readonly locks?: object };
  return locks === undefined ? undefined : (Object.getPrototypeOf(locks) as object);
}

/** Functions that are refused. */
interface Pin {
  readonly owner: object | undefined;
  readonly names: readonly string[];
  /** Completes "the plugin may not …". */
  readonly what: string;
  /** The permission that would allow it; undefined if none does. */
  readonly permission?: SwitchPermission;
  /** It returns a promise, so its refusal is a rejection. */
  readonly promised?: boolean;
}

const named = (owner: object, pattern: RegExp) =>
  Object.getOwnPropertyNames(owner).filter((name) => pattern.test(name));
const asking = /^(lookup|resolve|reverse)/;
const resolver = dns.promises.Resolver.prototype;
const network = { what: 'use the network', permission: 'network' } as const;

const pins: readonly Pin[] = [
  // A signal reaches the whole process, whichever thread sends it.
  { owner: process, names: ['kill', '_kill'], what: 'send signals' },
  // Node's internals: a wrong argument there ends the process.
  { owner: process, names: ['binding', '_linkedBinding'], what: "use Node's internal bindings" },
  // It writes directly to the process's stderr, past every limit on a plugin's output.
  { owner: process, names: ['_rawDebug'], what: 'write to stderr directly; print with console or context.log' },
  // V8 has one set of flags for the whole process, and some of them crash it.
  { owner: v8, names: ['setFlagsFromString'], what: "set V8's flags" },
  // It can end the process with a segmentation fault from a worker (seen on Node 20.20).
  { owner: v8, names: ['queryObjects'], what: 'search the heap' },
  { owner: v8, names: ['setHeapSnapshotNearHeapLimit'], what: 'have heap snapshots written' },
  // A report shows the environment and the command line of the whole process, including the operator's token.
  { owner: process.report, names: ['getReport', 'writeReport'], what: 'have reports made of the process' },
  // They include the host's ports and pipes in this thread, and whoever holds one can end the supervisor.
  { owner: process, names: ['_getActiveHandles', '_getActiveRequests'], what: "look at the host's handles" },
  { owner: hooks, names: ['executionAsyncResource'], what: "look at the host's handles" },
  // It reaches any thread of the process, whether that listens or not.
  { owner: threads, names: ['postMessageToThread'], what: 'post messages to other threads' },
  { owner: threads, names: ['BroadcastChannel'], what: 'broadcast to other threads' },
  { owner: globalThis, names: ['BroadcastChannel'], what: 'broadcast to other threads' },
  { owner: locksOf(threads), names: ['request', 'query'], what: 'take locks that hold for the whole process' },
  { owner: threads, names: ['getEnvironmentData'], what: 'read what a server gave its threads' },
  // It makes Node open its inspector in any process, by a signal.
  { owner: process, names: ['_debugProcess', '_debugEnd'], what: 'use the inspector' },
  // It writes to the disk, past Node's permission model.
  { owner: trace, names: ['createTracing'], what: 'have its process traced' },
  // Its hooks would run in a thread without these pins. Those of `registerHooks` run in the plugin's own thread.
  {
    owner: modules,
    names: ['register'],
    what: 'register hooks for modules in a thread of theirs',
    permission: 'workerThreads',
  },
  // It would change its own thread, which the host set lower, and any other process.
  { owner: os, names: ['setPriority'], what: 'set priorities' },
  // Before version 25, Node's permission model does not cover the network.
  { owner: net.Socket.prototype, names: ['connect'], ...network },
  { owner: net.Server.prototype, names: ['listen'], ...network },
  { owner: dgram.Socket.prototype, names: ['bind', 'connect', 'send'], ...network },
  { owner: dns, names: named(dns, asking), ...network },
  { owner: dns.Resolver.prototype, names: named(dns.Resolver.prototype, asking), ...network },
  { owner: dns.promises, names: named(dns.promises, asking), ...network, promised: true },
  { owner: resolver, names: named(resolver, asking), ...network, promised: true },
  { owner: globalThis, names: ['fetch'], ...network, promised: true },
  // Node refuses these too, in its own words. But before 22.15, resolving the interface needs a thread of Node itself.
  { owner: threads, names: ['Worker'], what: 'start a thread', permission: 'workerThreads' },
  { owner: process, names: ['dlopen'], what: 'load native code', permission: 'addons' },
];

/** Settings of the whole process. */
const settings: readonly { readonly owner: object | undefined; readonly names: readonly string[] }[] = [
  { owner: process, names: ['title', 'debugPort'] },
  { owner: process.report, names: named(process.report ?? {}, /^(report|directory|filename|compact|signal|exclude)/) },
];

/** Refuses everything in the table that `granted` does not permit. */
export function pin(granted: Permissions): void {
  for (const { owner, names, what, permission, promised } of pins) {
    if (permission !== undefined && granted[permission]) continue;
    if (promised) replace(owner, names, () => async () => Promise.reject(refusal(what, permission)));
    else guard(owner, names, () => refuse(what, permission));
  }
  for (const { owner, names } of settings) freeze(owner, names, 'change what holds for the whole process');
}

function refuse(what: string, permission: SwitchPermission | undefined): never {
  throw refusal(what, permission);
}
