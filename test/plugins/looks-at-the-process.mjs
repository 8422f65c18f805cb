// Looks for what the process or the host tells, or reaches for its other threads, in the way that the length says.

import { executionAsyncResource } from 'node:async_hooks';
import * as inspector from 'node:inspector';
import { createRequire, register } from 'node:module';
import * as threads from 'node:worker_threads';
import { definePlugin, Reject } from '@gatehouse/plugin-api';

const require = createRequire(import.meta.url);

export const ways = {
  report: () => process.report.getReport(),
  'written report': () => process.report.writeReport('/dev/null'),
  handles: () => process._getActiveHandles(),
  requests: () => process._getActiveRequests(),
  resource: () => executionAsyncResource(),
  'message to a thread': () => threads.postMessageToThread(0, 'hello'),
  broadcast: () => new BroadcastChannel('all'),
  'imported broadcast': () => new threads.BroadcastChannel('all'),
  environment: () => threads.getEnvironmentData('secret'),
  hooks: () => register('data:text/javascript,'),
  inspector: () => new inspector.Session().connect(),
  'inspector of the main thread': () => new inspector.Session().connectToMainThread(),
  // Of a process alone.
  'another process': () => process._debugProcess?.(process.ppid),
  traces: () =>
    require('node:trace_events')
      .createTracing({ categories: ['v8'] })
      .enable(),
  // Of newer Nodes alone.
  locks: () => threads.locks?.request('all', () => {}),
};

export default definePlugin({
  onMessageEnqueue({ payloadLen }) {
    try {
      return Reject(`found ${typeof Object.values(ways)[payloadLen]()}`);
    } catch (error) {
      return Reject(error.message);
    }
  },
});
