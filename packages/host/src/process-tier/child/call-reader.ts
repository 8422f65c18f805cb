// The process's end of the pipe for gate calls: reads into one buffer, without the machinery of a stream.

import net from 'node:net';
import { callWord, type PipeFrame, PipeFrames, pipeFd, pipeHeader } from '../../channel/pipe/index.js';

/** In practice no limit, because the supervisor is trusted. */
const bodyMax = 2 ** 31;

/** Takes the words of a call's frame up to `end`, which are valid until it returns; see `callWord`. */
export type TakeCall = (words: Int32Array, end: number) => void;

/** Calls `take` with each call that arrives. */
export function readCalls(requestBytes: number, take: TakeCall): net.Socket {
  const words = new Int32Array(callWord.FRAMES + requestBytes / 4);
  const buffer = new Uint8Array(words.buffer);
  const frames = new PipeFrames(bodyMax);
  const callback = (bytes: number) => {
    // Mostly it is exactly one call, because the next one comes only after its answer.
    if (frames.isEmpty && bytes === words[callWord.LENGTH]! + pipeHeader) take(words, bytes / 4);
    else frames.push(buffer.slice(0, bytes), (frame) => takeOne(frame, take));
    return true;
  };
  const options: net.SocketConstructorOpts & net.ConnectOpts = { fd: pipeFd.CALLS, onread: { buffer, callback } };
  return new net.Socket(options);
}

/** Takes a call that came in pieces. Copies it to new memory, where its words are aligned. */
function takeOne({ kind, body }: PipeFrame, take: TakeCall): void {
  const whole = new Uint8Array(pipeHeader + body.length);
  whole.set(body, pipeHeader);
  const words = new Int32Array(whole.buffer);
  words[callWord.LENGTH] = body.length;
  words[callWord.KIND] = kind;
  take(words, words.length);
}
