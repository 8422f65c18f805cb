// The process's end of the pipe in which gate calls come: read into one buffer, without the machinery of a stream.

import net from 'node:net';
import { PipeFrames, pipeFd, pipeHeader } from '../channel/index.js';

/** The supervisor is believed. */
const bodyMax = 2 ** 31;

/** Has `take` called with the body of each call that comes; it is valid until the call returns. */
export function readCalls(requestBytes: number, take: (body: Uint8Array) => void): net.Socket {
  const buffer = new Uint8Array(requestBytes + 64);
  const length = new Uint32Array(buffer.buffer, 0, 1);
  const frames = new PipeFrames(bodyMax);
  const came = (bytes: number) => {
    // Mostly it is all of one call, as the next comes only when that is answered.
    if (frames.isEmpty && bytes === length[0]! + pipeHeader) take(buffer.subarray(pipeHeader, bytes));
    else frames.push(buffer.slice(0, bytes), ({ body }) => take(body));
    return true;
  };
  const options: net.SocketConstructorOpts & net.ConnectOpts = { fd: pipeFd.CALLS, onread: { buffer, callback: came } };
  return new net.Socket(options);
}
