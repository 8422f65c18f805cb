// A thread beside the session in a plugin's process, which the plugin cannot keep busy: it ends the process when the
// supervisor is gone, and answers for it when it hangs.

import net from 'node:net';
import process from 'node:process';
import { workerData } from 'node:worker_threads';
import { pipeFd, pipeFrame, pipeKind } from '../../channel/pipe/index.js';
import { ObservedCount } from './observed-count.js';

/** How often it tells what the process takes, in ms, where the supervisor cannot see for itself. */
const memoryMs = 20;

const count = new ObservedCount(new Int32Array(workerData as SharedArrayBuffer));
const pipe = new net.Socket({ fd: pipeFd.WATCHER });
const end = () => process.kill(process.pid, 'SIGKILL');
pipe.on('end', end);
pipe.on('error', end);
pipe.on('close', end);
// Whatever the supervisor says here is the wish for a last account before it ends a process that hangs.
pipe.on('data', () => pipe.write(pipeFrame(pipeKind.OBSERVED, [-1, ...count.now()])));

if (process.platform !== 'linux') {
  const tell = () => pipe.write(pipeFrame(pipeKind.MEMORY, [Math.ceil(process.memoryUsage.rss() / 1024)]));
  setInterval(tell, memoryMs);
}
