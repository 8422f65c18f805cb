// One process of a plugin, from its start to its end, with the session that lives in it.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import {
  openChannel,
  openServerBell,
  type PipeFrame,
  PipeFrames,
  pipeFd,
  pipeFrame,
  pipeKind,
  type ThrownInProcess,
  word,
} from '../channel/index.js';
import type { LogRecord, ProcessStart, SessionStart } from '../session/session-start.js';
import type { PluginSpec } from './control.js';
import { within } from './deadline.js';
import { forEachLine } from './output-lines.js';
import { PipeRelay } from './pipe-relay.js';
import { processOptions } from './process-options.js';
import { ResidentMemory } from './resident-memory.js';

/** The longest frame that is taken from a process, in bytes. */
const bodyMax = 2 ** 24;

/** How long its last words may take once it has ended, in ms: what it had started may hold its output open. */
const lastWordsMs = 100;

/** How long the watcher of a process that hangs may take to give its last account, in ms. */
const accountMs = 50;

/** How long a process that was killed may take to be gone, in ms. */
const goneMs = 2000;

export class PluginProcess {
  /** Resolves never, rejects once it is gone, with what it was of. */
  readonly ended: Promise<never>;
  readonly #child: ChildProcess;
  readonly #start: SessionStart;
  readonly #relay: PipeRelay;
  readonly #session: Socket;
  readonly #watcher: Socket;
  readonly #memory: ResidentMemory | undefined;
  readonly #printed: (record: LogRecord) => void;
  /** Why it was killed, or what it threw. */
  #reason: unknown;
  #hasReason = false;
  #ranOut = false;
  #overdue: NodeJS.Timeout | undefined;
  #isGone = false;
  #accounted: () => void = () => {};

  constructor(spec: PluginSpec, start: SessionStart, printed: (record: LogRecord) => void) {
    const { args, env, cwd } = processOptions(spec);
    const stdio = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
    this.#child = spawn(process.execPath, args, { env, cwd, stdio: [...stdio], windowsHide: true });
    this.#start = start;
    this.#printed = printed;
    this.#session = this.#child.stdio[pipeFd.SESSION] as Socket;
    this.#watcher = this.#child.stdio[pipeFd.WATCHER] as Socket;
    const channel = openChannel(start.channel);
    this.#relay = new PipeRelay(channel, openServerBell(start.serverBell), (bytes) => this.#session.write(bytes));
    this.ended = this.#untilGone();
    const { pid } = this.#child;
    if (pid === undefined) return;
    Atomics.store(channel.control, word.THREAD, pid);
    this.#memory = new ResidentMemory(pid, spec.memoryMb, (mb) => {
      this.kill(new Error(`it took ${mb} MiB of memory, and may take ${spec.memoryMb}`));
    });
    this.#listen();
    this.#open();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it now. The first reason is the one that is told. */
  kill(reason: unknown): void {
    this.#because(reason);
    this.#child.kill('SIGKILL');
  }

  /** What it has observed, asked of its watcher, as it may be busy itself. Bounded in time. */
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

  #open(): void {
    const { plugin, channel, control } = this.#start;
    const { name, entry, config, dataFolder } = plugin;
    const start: ProcessStart = { plugin: { name, entry, config, dataFolder }, sizes: channel.sizes };
    this.#say(pipeKind.START, serialize(start));
    control.on('message', async (message: unknown) => {
      // A plugin that is stopped is told first of all that it was still to be told.
      await this.#relay.emptied();
      this.#say(pipeKind.CONTROL, serialize(message));
    });
    void this.#relay.run();
  }

  #say(kind: number, bytes: Uint8Array): void {
    this.#session.write(pipeFrame(kind, [], bytes));
  }

  #listen(): void {
    for (const pipe of [this.#session, this.#watcher]) {
      const frames = new PipeFrames(bodyMax);
      pipe.on('data', (chunk: Uint8Array) => this.#believe(() => frames.push(chunk, (frame) => this.#take(frame))));
      pipe.on('error', () => {});
      pipe.on('close', () => this.#closed());
    }
    const { stdout, stderr } = this.#child;
    forEachLine(stdout!, (message) => this.#printed({ level: 'info', fields: { stream: 'stdout' }, message }));
    forEachLine(stderr!, (message) => {
      // V8's last words; what follows is a signal that says nothing.
      if (/heap (?:limit|out of memory)/.test(message)) this.#ranOut = true;
      this.#printed({ level: 'warn', fields: { stream: 'stderr' }, message });
    });
  }

  /** It is about to end, and has its exit code still to tell; or it closed its end, and is of no more use. */
  #closed(): void {
    if (this.#isGone) return;
    this.#overdue ??= setTimeout(() => this.kill(new Error('it closed its pipe to the host')), goneMs / 4);
  }

  /** What it says wrongly ends it, and nothing else. */
  #believe(take: () => void): void {
    try {
      take();
    } catch (error) {
      this.kill(new Error(`it broke the protocol: ${(error as Error).message}`));
    }
  }

  #take(frame: PipeFrame): void {
    const { kind, body } = frame;
    if (kind === pipeKind.CONTROL) this.#start.control.postMessage(deserialize(body));
    else if (kind === pipeKind.RECORD) this.#start.records.postMessage(deserialize(body) as LogRecord);
    else if (kind === pipeKind.THROWN) this.#threw(deserialize(body) as ThrownInProcess);
    else if (kind === pipeKind.MEMORY) this.#memory?.told(new DataView(body.buffer, body.byteOffset).getInt32(0, true));
    else if (kind === pipeKind.UP) this.#memory?.isBare();
    else this.#relay.take(frame);
    if (kind === pipeKind.OBSERVED) this.#accounted();
  }

  #threw({ text, error }: ThrownInProcess): void {
    this.#because(error === undefined ? text : Object.assign(new Error(error.message), error));
  }

  async #untilGone(): Promise<never> {
    // Listened for from the first: it can come in the same turn as the exit.
    const closed = new Promise<void>((resolve) => this.#child.on('close', () => resolve()));
    const how = await new Promise<string>((resolve) => {
      this.#child.on('error', (error) => resolve(`its process could not be started: ${error.message}`));
      this.#child.on('exit', (code, signal) => resolve(howItEnded(code, signal)));
    });
    this.#memory?.stop();
    clearTimeout(this.#overdue);
    this.#isGone = true;
    await within(lastWordsMs, closed, 'its output is held open').catch(() => {});
    this.#relay.stop();
    for (const stream of this.#child.stdio) stream?.destroy();
    if (this.#hasReason) throw this.#reason;
    throw new Error(this.#ranOut ? `it ran out of memory: its heap holds no more (${how})` : how);
  }

  /** Resolves once it is gone, or takes too long. */
  async gone(): Promise<void> {
    await within(goneMs, this.ended, 'it is not gone').catch(() => {});
  }
}

function howItEnded(code: number | null, signal: string | null): string {
  return signal === null ? `its process exited with code: ${code}` : `its process was ended by ${signal}`;
}
