// Looks for what the process or the host tells, or reaches for its other threads, in the way that the deed names.

import { executionAsyncResource } from 'node:async_hooks';
import * as inspector from 'node:inspector';
import { createRequire, register } from 'node:module';
import * as threads from 'node:worker_threads';
import { Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

const require = createRequire(import.meta.url);

export const deeds = {
  report: () => process.report.getReport(),
  'written report': () => process.report.writeReport('/dev/null'),
  handles: () => process._getActiveHandles(),
  requests: () => process._getActiveRequests(),
  resource: () => executionAsyncResource(),
  'to a thread': () => threads.postMessageToThread(0, 'hello'),
  broadcast: () => new BroadcastChannel('all'),
  'own broadcast': () => new threads.BroadcastChannel('all'),
  environment: () => threads.getEnvironmentData('secret'),
  hooks: () => register(`data:${'text/javascript'},`),
  inspector: () => new inspector.Session().connect(),
  'main inspector': () => new inspector.Session().connectToMainThread(),
  // Of a process alone.
  'another process': () => process._debugProcess?.(process.ppid),
  traces: () =>
    require('node:trace_events')
      .createTracing({ categories: ['v8'] })
      .enable(),
  // Of newer Nodes alone.
  locks: () => threads.locks?.request('all', () => {}),
};

function look(act) {
  try {
    return Reject(`found ${typeof act()}`);
  } catch (error) {
    return Reject(error.message);
  }
}

const looking = Object.entries(deeds).map(([deed, act]) => [deed, () => look(act)]);

export default whenAsked(Object.fromEntries(looking));
