// The process's end of the pipe in which gate calls come: read into one buffer, without the machinery of a stream.

import net from 'node:net';
import { callWord, type PipeFrame, PipeFrames, pipeFd, pipeHeader } from '../../channel/pipe/index.js';

/** The supervisor is believed. */
const bodyMax = 2 ** 31;

/** The words of a call's frame up to `end`, valid until the call returns; see `callWord`. */
export type TakeCall = (words: Int32Array, end: number) => void;

/** Has `take` called with each call that comes. */
export function readCalls(requestBytes: number, take: TakeCall): net.Socket {
  const words = new Int32Array(callWord.FRAMES + requestBytes / 4);
  const buffer = new Uint8Array(words.buffer);
  const frames = new PipeFrames(bodyMax);
  const callback = (bytes: number) => {
    // Mostly it is all of one call, as the next comes only when that is answered.
    if (frames.isEmpty && bytes === words[callWord.LENGTH]! + pipeHeader) take(words, bytes / 4);
    else frames.push(buffer.slice(0, bytes), (frame) => takeOne(frame, take));
    return true;
  };
  const options: net.SocketConstructorOpts & net.ConnectOpts = { fd: pipeFd.CALLS, onread: { buffer, callback } };
  return new net.Socket(options);
}

/** One that came in pieces: in memory of its own, where its words stand where they should. */
function takeOne({ kind, body }: PipeFrame, take: TakeCall): void {
  const whole = new Uint8Array(pipeHeader + body.length);
  whole.set(body, pipeHeader);
  const words = new Int32Array(whole.buffer);
  words[callWord.LENGTH] = body.length;
  words[callWord.KIND] = kind;
  take(words, words.length);
}
