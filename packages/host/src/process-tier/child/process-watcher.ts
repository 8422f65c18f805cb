// A thread beside the session in a plugin's process, which the plugin cannot block: it kills the process when the
// supervisor is gone, and answers for it when it hangs.

import net from 'node:net';
import process from 'node:process';
import { workerData } from 'node:worker_threads';
import { pipeFd, pipeFrame, pipeKind } from '../../channel/pipe/index.js';
import { ObservedCount } from './observed-count.js';

/** Interval of memory reports, in ms, on systems where the supervisor cannot measure it. */
const memoryMs = 20;

const count = new ObservedCount(new Int32Array(workerData as SharedArrayBuffer));
const pipe = new net.Socket({ fd: pipeFd.WATCHER });
// The signal goes to the group that it leads, so that what the plugin has started ends too. Windows has no groups.
const end = () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
pipe.on('end', end);
pipe.on('error', end);
pipe.on('close', end);
// Any byte from the supervisor requests a last account before it kills a process that hangs.
pipe.on('data', () => pipe.write(pipeFrame(pipeKind.OBSERVED, [-1, ...count.now()])));

if (process.platform !== 'linux') {
  const tell = () => pipe.write(pipeFrame(pipeKind.MEMORY, [Math.ceil(process.memoryUsage.rss() / 1024)]));
  setInterval(tell, memoryMs);
}
