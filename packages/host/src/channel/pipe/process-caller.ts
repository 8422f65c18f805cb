// The server's end of a lane to a session in a process of its own: a call also goes into a pipe.

import { writeSync } from 'node:fs';
import { invariant } from '@gatehouse/support/invariant';
import { Bell, type Channel, LaneCaller, word } from '../index.js';
import { CallPipe, type CallPipeHandle } from './call-pipe.js';
import { pipeHeader } from './pipe-frames.js';
import { callWord, pipeKind } from './pipe-kinds.js';

export class ProcessCaller extends LaneCaller {
  readonly #channel: Channel;
  readonly #supervisor: Bell;
  readonly #pipe: CallPipe;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(channel: Channel, pipe: CallPipeHandle) {
    super(channel);
    this.#channel = channel;
    this.#supervisor = new Bell(channel.control, word.BELL, word.STANCE);
    this.#pipe = new CallPipe(pipe);
    // Private memory, because Node cannot write shared memory.
    this.#words = new Int32Array(callWord.FRAMES + channel.requestWords.length);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }

  /** Sends the call. Returns false, because a process that waits for its pipe sleeps. */
  override send(hook: number): boolean {
    this.#pipe.begin();
    const call = this.place(hook);
    const length = this.#frame(call, hook);
    const isWritten = !this.#pipe.isLeft && this.#pipe.write(length, (fd) => writeSync(fd, this.#bytes, 0, length));
    if (!isWritten) this.#supervisor.ringIfParked();
    return false;
  }

  /** Builds the frame of the call. Returns its length in bytes. See pipe-frames.ts. */
  #frame(call: number, hook: number): number {
    const words = this.#words;
    const { requestWords, control } = this.#channel;
    const used = Atomics.load(control, word.CALL_BYTES) / 4;
    const length = (callWord.FRAMES + used) * 4;
    invariant(length <= this.#bytes.length, 'a call is no longer than the block that it is written from');
    words[callWord.LENGTH] = length - pipeHeader;
    words[callWord.KIND] = pipeKind.CALL;
    words[callWord.CALL] = call;
    words[callWord.HOOK] = hook;
    words[callWord.COUNT] = this.count;
    // A frame is about 25 words: see `put`.
    for (let i = 0; i < used; i++) words[callWord.FRAMES + i] = requestWords[i]!;
    return length;
  }
}
