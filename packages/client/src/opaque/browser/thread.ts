// A thread of the browser: a Web Worker.

import { wrap } from 'comlink';
import type { Steps } from '../steps.js';
import type { Thread } from '../thread.js';

export function startThread(): Thread {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker cannot be loaded')));
  });
  return { steps: wrap<Steps>(worker), failed, end: () => worker.terminate() };
}
