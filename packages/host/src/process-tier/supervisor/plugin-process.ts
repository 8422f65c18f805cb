// One process of a plugin, from its start to its end, with its session once it is given one.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import { within } from '@gatehouse/support/deadline';
import { InvariantError, invariant } from '@gatehouse/support/invariant';
import { type ChannelSizes, openChannel, openServerBell, word } from '../../channel/index.js';
import {
  type CallPipeHandle,
  isSaidByProcess,
  type PipeFrame,
  PipeFrames,
  pipeFd,
  pipeFrame,
  pipeKind,
  type ThrownInProcess,
} from '../../channel/pipe/index.js';
import type { SentHookSet } from '../../contract/hook-set.js';
import type { LogRecord, ProcessStart, SessionStart } from '../../contract/session-contract.js';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import { readAtOnce } from '../../node-internals/read-at-once.js';
import { guarded } from '../../supervisor/guarded.js';
import { ResidentMemory } from '../../supervisor/memory/resident-memory.js';
import { forEachLine } from '../../supervisor/runners/output-lines.js';
import type { RunnerPorts } from '../../supervisor/runners/session-runner.js';
import { CallSocket } from './call-socket.js';
import { PipeRelay } from './pipe-relay.js';
import { processOptions } from './process-options.js';

/** The longest frame that is accepted from a process, in bytes. */
const bodyMax = 2 ** 24;

/** The longest wait for its last output after its end, in ms: its child processes may hold the output open. */
const lastWordsMs = 100;

/** The longest wait for the last account of a hanging process, which its watcher sends, in ms. */
const accountMs = 50;

/** The longest time that a process may run after it has closed its end of the pipe, in ms. */
const closedMs = 500;

/**
 * Whether it leads a process group of its own. A signal to the group of the server, such as a terminal's Ctrl-C, then
 * does not end it before the server has drained.
 */
const hasGroup = process.platform !== 'win32';

/** The parts that serve a session. */
interface Held {
  readonly relay: PipeRelay;
  readonly ports: Pick<SessionStart, 'control' | 'records'>;
}

export class PluginProcess {
  /** Never resolves. Rejects with the cause once the process has exited or was given up. */
  readonly ended: Promise<never>;
  readonly child: ChildProcess;
  #held: Held | undefined;
  readonly #session: Socket;
  readonly #watcher: Socket;
  readonly #calls: CallSocket;
  readonly #memory: ResidentMemory | undefined;
  readonly #printed: (record: LogRecord) => void;
  /** The reason for which it was killed, or what it threw. */
  #reason: unknown;
  #hasReason = false;
  #ranOut = false;
  #overdue: NodeJS.Timeout | undefined;
  #isGone = false;
  #accounted: () => void = () => {};
  #giveUp: (reason: unknown) => void = () => {};

  /** Starts it without any code of the plugin yet. @throws if there are no descriptors for its pipes */
  constructor(spec: PluginSpec, hookSet: SentHookSet, sizes: ChannelSizes, printed: (record: LogRecord) => void) {
    const { args, env, cwd } = processOptions(spec);
    const stdio = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
    this.child = spawn(process.execPath, args, { env, cwd, stdio: [...stdio], windowsHide: true, detached: hasGroup });
    // The event, which comes later, reports a failed start. Node creates no pipes then.
    this.child.on('error', () => {});
    if ((this.child.stdio as unknown) === undefined)
      throw new Error('no descriptors are left for the pipes of a process');
    this.#printed = printed;
    this.#session = this.child.stdio[pipeFd.SESSION] as Socket;
    this.#watcher = this.child.stdio[pipeFd.WATCHER] as Socket;
    this.#calls = new CallSocket(this.child.stdio.at(pipeFd.CALLS) as Socket);
    const givenUp = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    this.ended = Promise.race([this.#untilGone(), givenUp]);
    // A spare process may end too, and nobody listens to it.
    this.ended.catch(() => {});
    const { pid } = this.child;
    if (pid === undefined) return;
    this.#memory = new ResidentMemory(pid, spec.memoryMb, (mb) => {
      this.kill(new Error(`it took ${mb} MiB of memory, and may take ${spec.memoryMb}`));
    });
    this.#listen();
    const { name, entry, compiled, config, dataFolder } = spec;
    const start: ProcessStart = { plugin: { name, entry, compiled, config, dataFolder }, hookSet, sizes };
    this.#say(pipeKind.START, serialize(start));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The handle with which the server writes its calls. */
  get callPipe(): CallPipeHandle | undefined {
    return this.#calls.handle;
  }

  get isAlive(): boolean {
    return !this.#isGone && !this.child.killed;
  }

  /** Gives it its session, which lives as long as the process. */
  begin({ channel: handle, serverBell, control, records }: SessionStart & RunnerPorts): void {
    invariant(this.#held === undefined, 'a process is given its session once');
    const channel = openChannel(handle);
    Atomics.store(channel.control, word.THREAD, this.child.pid ?? 0);
    const write = (bytes: Uint8Array) => this.#session.write(bytes);
    const relay = new PipeRelay(channel, openServerBell(serverBell), write, this.#calls);
    this.#held = { relay, ports: { control, records } };
    control.on('message', (message: unknown) => {
      this.#passOn(relay, message).catch((error: unknown) => this.kill(error));
    });
    relay.run().catch((error: unknown) => this.kill(error));
  }

  /** Forwards a control message after all waiting events, so that a plugin receives them before it is stopped. */
  async #passOn(relay: PipeRelay, message: unknown): Promise<void> {
    await relay.emptied();
    this.#say(pipeKind.CONTROL, serialize(message));
  }

  /** Ends its session, although the process was killed and does not end. */
  giveUp(): void {
    this.#giveUp(this.#reason);
  }

  /** Kills it now, with what it has started in its group. The first reason is the one that is reported. */
  kill(reason: unknown): void {
    this.#because(reason);
    if (hasGroup && this.pid !== undefined && !this.#hasExited) killGroup(this.pid);
    this.child.kill('SIGKILL');
  }

  /** While it is false, no other process can have its number. */
  get #hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Asks its watcher in bounded time what it has observed, because the process itself may be busy. */
  async account(): Promise<void> {
    const told = new Promise<void>((resolve) => {
      this.#accounted = resolve;
    });
    this.#watcher.write('?');
    await within(accountMs, told, 'no account').catch(() => {});
  }

  #because(reason: unknown): void {
    if (this.#hasReason) return;
    this.#hasReason = true;
    this.#reason = reason;
  }

  #say(kind: number, bytes: Uint8Array): void {
    this.#session.write(pipeFrame(kind, [], bytes));
  }

  #listen(): void {
    for (const pipe of [this.#session, this.#watcher]) {
      const frames = new PipeFrames(bodyMax);
      readAtOnce(pipe, (chunk) => this.#believe(() => frames.push(chunk, (frame) => this.#take(frame))));
      pipe.on('error', () => {});
      pipe.on(
        'close',
        guarded('the end of a pipe', () => this.#closed()),
      );
    }
    const { stdout, stderr } = this.child;
    forEachLine(stdout!, (message) => this.#printed({ level: 'info', fields: { stream: 'stdout' }, message }));
    forEachLine(stderr!, (message) => {
      // V8's last line before it aborts. The signal that follows does not show the cause.
      if (/heap (?:limit|out of memory)/.test(message)) this.#ranOut = true;
      this.#printed({ level: 'warn', fields: { stream: 'stderr' }, message });
    });
  }

  /** It is about to exit, and its exit code follows; or it only closed its end, and is of no use any more. */
  #closed(): void {
    if (this.#isGone) return;
    const end = guarded('the end of a process', () => this.kill(new Error('it closed its pipe to the host')));
    this.#overdue ??= setTimeout(end, closedMs);
  }

  /** Kills only this process on a protocol error. A bug of ours in `take` kills it too, but is not blamed on it. */
  #believe(take: () => void): void {
    try {
      take();
    } catch (error) {
      if (error instanceof InvariantError) this.kill(error);
      else this.kill(new Error(`it broke the protocol: ${(error as Error).message}`));
    }
  }

  #take(frame: PipeFrame): void {
    const { kind, body } = frame;
    if (!isSaidByProcess(kind)) throw new RangeError(`it said something of the kind ${kind}, which there is not`);
    if (kind === pipeKind.THROWN) this.#threw(deserialize(body) as ThrownInProcess);
    else if (kind === pipeKind.MEMORY) this.#memory?.told(numberIn(body));
    else if (kind === pipeKind.UP) this.#memory?.isBare();
    else if (this.#held !== undefined) this.#takeOfSession(this.#held, frame);
    if (kind === pipeKind.OBSERVED) this.#accounted();
  }

  #takeOfSession({ relay, ports }: Held, frame: PipeFrame): void {
    const { kind, body } = frame;
    if (kind === pipeKind.CONTROL) ports.control.postMessage(deserialize(body));
    else if (kind === pipeKind.RECORD) ports.records.postMessage(deserialize(body) as LogRecord);
    else relay.take(frame);
  }

  #threw({ text, error }: ThrownInProcess): void {
    this.#because(error === undefined ? text : Object.assign(new Error(error.message), error));
  }

  async #untilGone(): Promise<never> {
    // The listener is added first, because `close` can come in the same turn as the exit.
    const closed = new Promise<void>((resolve) => this.child.on('close', () => resolve()));
    const how = await new Promise<string>((resolve) => {
      this.child.on('error', (error) => resolve(`its process could not be started: ${error.message}`));
      this.child.on('exit', (code, signal) => resolve(howItEnded(code, signal)));
    });
    this.#memory?.stop();
    clearTimeout(this.#overdue);
    this.#isGone = true;
    await within(lastWordsMs, closed, 'its output is held open').catch(() => {});
    this.#held?.relay.stop();
    for (const stream of this.child.stdio) stream?.destroy();
    if (this.#hasReason) throw this.#reason;
    throw new Error(this.#ranOut ? `it ran out of memory: its heap holds no more (${how})` : how);
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended, and its exit is not yet reported.
  }
}

/** Reads the number in a body. @throws RangeError if it has none, because the bytes behind it are another frame's */
function numberIn(body: Uint8Array): number {
  return new DataView(body.buffer, body.byteOffset, body.length).getInt32(0, true);
}

function howItEnded(code: number | null, signal: string | null): string {
  return signal === null ? `its process exited with code: ${code}` : `its process was ended by ${signal}`;
}
