// A session in a process of its own: a channel in this process's memory, synchronized with the supervisor's by a pipe.
//
// The session is the same as in threads, with a channel, a bell and ports. Only this file handles the pipe behind them.

import type { Socket } from 'node:net';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import { MessageChannel, Worker } from 'node:worker_threads';
import { invariant } from '@gatehouse/support/invariant';
import {
  type Channel,
  type ChannelHandle,
  createChannel,
  createServerBell,
  LaneCaller,
  openChannel,
  openServerBell,
  RingWriter,
  word,
} from '../../channel/index.js';
import { callWord, type PipeFrame, PipeFrames, pipeFd, pipeFrame, pipeKind } from '../../channel/pipe/index.js';
import type { LogRecord, ProcessStart, SessionStart } from '../../contract/session-contract.js';
import type { Ends } from '../../session/session.js';
import { readCalls } from './call-reader.js';
import { LocalBell } from './local-bell.js';
import { ObservedCount } from './observed-count.js';
import { PipeWriter } from './pipe-writer.js';
import { PipedLane } from './piped-lane.js';
import { PipedRing } from './piped-ring.js';
import { thrownAsBytes } from './thrown-as-bytes.js';

/** In practice no limit, because the supervisor is trusted. */
const bodyMax = 2 ** 31;

export class PipeSession {
  readonly ended: Promise<void>;
  readonly #out: PipeWriter;
  readonly #frames = new PipeFrames(bodyMax);
  readonly #control = new MessageChannel();
  #ended: () => void = () => {};
  /** Sends what it has observed; does nothing before there is a session. */
  #account: () => void = () => {};
  #gate: { readonly caller: LaneCaller; lane?: PipedLane } | undefined;
  #ring: RingWriter | undefined;
  #bell: LocalBell | undefined;

  constructor(pipe: Socket) {
    this.#out = new PipeWriter(pipe, pipeFd.SESSION);
    this.ended = new Promise((resolve) => {
      this.#ended = resolve;
    });
    pipe.on('data', (chunk) => this.#frames.push(chunk, (frame) => this.#take(frame)));
    endWith(pipe);
    this.#control.port1.on('message', (message) => {
      // A supervisor that learns of the stop may kill this process at once.
      this.#account();
      this.#tell(pipeKind.CONTROL, [], serialize(message));
    });
  }

  #take({ kind, body }: PipeFrame): void {
    if (kind === pipeKind.EVENT) this.#event(body);
    else if (kind === pipeKind.CONTROL) this.#control.port1.postMessage(deserialize(body));
    else {
      invariant(kind === pipeKind.START, 'the supervisor says to a process only what it knows');
      void this.#start(deserialize(body) as ProcessStart);
    }
  }

  async #start({ plugin, hookSet, sizes }: ProcessStart): Promise<void> {
    invariant(this.#gate === undefined, 'a process is given one session');
    const handle = createChannel(sizes);
    const channel = openChannel(handle);
    this.#gate = { caller: new LaneCaller(channel) };
    this.#ring = new RingWriter(channel);
    // Comes before loading the session, which refuses threads and foreign descriptors to this process.
    endWith(readCalls(sizes.requestBytes, (words, end) => this.#call(words, end)));
    startWatcher(handle);
    const { default: session } = await import('../../session/session.js');
    this.#tellOfTheEnd(channel);
    this.#tell(pipeKind.UP, []);
    const start: SessionStart = {
      plugin,
      hookSet,
      channel: handle,
      serverBell: createServerBell(),
      // While this thread spins, it cannot read the pipe.
      wait: 'park',
      control: this.#control.port2,
      records: { postMessage: (record) => this.#record(record) },
    };
    await session(start, (_, { serverBell }) => this.#endsOf(channel, serverBell));
    this.#ended();
  }

  #endsOf(channel: Channel, serverBell: SharedArrayBuffer): Ends {
    const lane = new PipedLane(channel, openServerBell(serverBell), (kind, numbers, rest) =>
      this.#tell(kind, numbers, rest),
    );
    const ring = new PipedRing(channel, (numbers) => this.#tell(pipeKind.OBSERVED, numbers));
    this.#gate!.lane = lane;
    this.#bell = new LocalBell(channel.control, word.BELL, word.STANCE);
    return { bell: this.#bell, lane, ring };
  }

  #call(words: Int32Array, end: number): void {
    const { caller, lane } = this.#gate!;
    const count = words[callWord.COUNT]!;
    invariant(words[callWord.KIND] === pipeKind.CALL, 'nothing but calls comes in the pipe of calls');
    invariant(caller.isAnswered(), 'the server sends the next call once the one before is answered');
    caller.begin();
    const fits = caller.putAll(count, words, callWord.FRAMES, end);
    invariant(fits, 'a call of the server fits a lane of the same sizes');
    lane?.expect(words[callWord.CALL]!, count);
    caller.send(words[callWord.HOOK]!);
    this.#bell?.wake();
  }

  #event(body: Uint8Array): void {
    const [hook, gap] = numbersOf(body, 2);
    this.#ring!.missed(gap!);
    this.#ring!.write(hook!, body.subarray(8), body.length - 8, 1);
    this.#bell?.wake();
  }

  /** Sends a record. Its size was bounded at its creation, see plain-data.ts. */
  #record(record: LogRecord): void {
    this.#tell(pipeKind.RECORD, [], serialize(record));
  }

  /** Reports the end. A write to a pipe with room is complete when the call returns, even if the process ends then. */
  #tellOfTheEnd(channel: Channel): void {
    const count = new ObservedCount(channel.control);
    this.#account = () => this.#tell(pipeKind.OBSERVED, [-1, ...count.now()]);
    process.on('exit', () => this.#account());
    process.on('uncaughtExceptionMonitor', (error) => this.#tell(pipeKind.THROWN, [], thrownAsBytes(error)));
  }

  #tell(kind: number, numbers: readonly number[], rest?: Uint8Array): void {
    this.#out.write(pipeFrame(kind, numbers, rest));
  }
}

/** Exits when the supervisor is gone. If this thread is busy then, its watcher kills the process. */
function endWith(pipe: Socket): void {
  pipe.on('error', () => process.exit());
  pipe.on('close', () => process.exit());
}

function startWatcher(channel: ChannelHandle): void {
  const watcher = new Worker(new URL('../../bundled/watcher.js', import.meta.url), {
    workerData: channel.memory,
    execArgv: [],
    env: {},
    name: 'gatehouse-watcher',
  });
  watcher.on('error', (error) => {
    throw error;
  });
}

function numbersOf(body: Uint8Array, count: number): readonly number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return Array.from({ length: count }, (_, i) => view.getInt32(i * 4, true));
}
