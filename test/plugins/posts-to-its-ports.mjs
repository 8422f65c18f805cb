// Posts what no code of the host's would to every port that it finds among the handles of its thread.

import { MessageChannel } from 'node:worker_threads';
import { besidesAnswering } from './trigger.mjs';

const ports = () => process._getActiveHandles().filter((handle) => handle.constructor.name === 'MessagePort');

function post(port, thing, transfer = []) {
  try {
    port.postMessage(thing, transfer);
  } catch {
    // It was closed over what it was posted before.
  }
}

const all = (things) => () => {
  for (const thing of things) for (const port of ports()) post(port, thing);
};

function recordWithPort() {
  for (const port of ports()) {
    const { port1 } = new MessageChannel();
    post(port, { level: 'info', message: 'a port', fields: { port1 } }, [port1]);
  }
}

export const deeds = {
  null: all([null]),
  'no object': all([undefined, 7, 'text', [], {}]),
  'no reply': all([{ id: 1 }, { id: 'x', type: 'HANDLER', name: 'x' }, { id: 'x', type: 'HANDLER', name: 'throw' }]),
  'no record': all([
    { level: 'info', message: 1, fields: {} },
    { level: {}, message: '', fields: {} },
  ]),
  'its own result': all([{ taskId: 1, error: null }]),
  'a port': recordWithPort,
};

export default besidesAnswering(deeds);
