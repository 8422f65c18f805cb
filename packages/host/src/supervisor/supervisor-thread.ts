// The host's handle to one supervisor's thread: starts it, calls it, forwards its events, and detects its end.
//
// The plugins' threads are its children and end with it: Node terminates and joins them before the thread is gone. A
// zombie among them delays its `exit`, so nothing here waits for that: from the first sign of its end on, everything
// that it had counts as ended.

import { MessageChannel, Worker } from 'node:worker_threads';
import { within } from '@gatehouse/support/deadline';
import { drainAndClose } from '@gatehouse/support/drain-port';
import { holdsProcess } from '@gatehouse/support/end-process';
import * as comlink from 'comlink';
import type {
  SupervisorControl,
  SupervisorEvent,
  SupervisorMessage,
  SupervisorOwn,
  SupervisorStart,
} from '../contract/supervisor-contract.js';
import { wordsOf } from '../contract/thrown.js';
import { nodeEndpoint } from '../node-internals/port-endpoint.js';
import { taskOf, tracked } from '../node-internals/thread-tasks.js';
import { createPulse, watchPulse } from './heartbeat.js';
import { OpenSessions } from './open-sessions.js';

/** The longest wait for the supervisor's thread to end, in ms. Its end waits for the plugins' threads, even zombies. */
const endMs = 1000;

/** The longest wait for the plugins to stop when the host closes, in ms. Their threads are terminated after that. */
const closeMs = 8000;

export interface SupervisorWatch {
  /** Something happened to a plugin. */
  onEvent(event: SupervisorEvent): void;
  /** Something happened to the supervisor. */
  onOwn(event: SupervisorOwn): void;
  /** The supervisor's thread itself has ended, or hangs and is terminated. Called once, after its last event. */
  onEnd(reason: string): void;
}

export class SupervisorThread {
  readonly control: comlink.Remote<SupervisorControl>;
  readonly #worker: Worker;
  readonly #release: () => void;
  readonly #unwatch: () => void;
  readonly #sessions = new OpenSessions();
  readonly #watch: SupervisorWatch;
  /** Number of threads that could not be terminated, by plugin. */
  readonly #zombies = new Map<string, number>();
  #isOver = false;

  constructor(
    shared: Pick<SupervisorStart, 'hookSet' | 'serverBell' | 'sizes' | 'wait' | 'life'>,
    watch: SupervisorWatch,
  ) {
    this.#watch = watch;
    const control = new MessageChannel();
    const events = new MessageChannel();
    const pulse = createPulse();
    const start: SupervisorStart = { control: control.port2, events: events.port2, pulse, ...shared };
    this.#worker = tracked(() => begin(start));
    this.#worker.on('error', (error) => this.#ended(wordsOf(error)));
    this.#worker.on('exit', (code) => {
      this.#gone();
      this.#ended(`its thread exited with code ${code}`);
    });
    this.#unwatch = watchPulse(pulse, () => this.#ended('its thread hung'));
    const hear = (message: SupervisorMessage) => this.#hear(message);
    events.port1.on('message', hear);
    this.control = comlink.wrap<SupervisorControl>(nodeEndpoint(control.port1));
    this.#release = () => {
      this.#unwatch();
      control.port1.close();
      drainAndClose(events.port1, hear);
    };
  }

  /** Stops every plugin in bounded time, then terminates the thread. With zombies it may stay, see end-process.ts. */
  async close(): Promise<void> {
    if (!this.#isOver) await this.#stopPlugins();
    await this.#terminate();
    this.#release();
  }

  #hear(message: SupervisorMessage): void {
    if (!('plugin' in message)) this.#watch.onOwn(message);
    else this.#hearOfPlugin(message);
  }

  #hearOfPlugin(event: SupervisorEvent): void {
    if (event.type === 'zombie') this.#count(event.plugin, event.by);
    this.#sessions.note(event);
    // A process's answers pass through the supervisor's thread: while that is starved, so is the answer.
    const isPassedOn = event.type === 'session-opened' && event.callPipe !== undefined;
    this.#watch.onEvent(isPassedOn ? { ...event, relayTask: taskOf(this.#worker) } : event);
  }

  /**
   * Terminates it, unless it has ended. Before that, its sessions are closed, so that nothing is put to them or written
   * to a descriptor that the end of the thread closes.
   */
  async #terminate(): Promise<void> {
    this.#sessions.endAll();
    const ended = this.#worker.terminate().then(() => holdsProcess(this, false));
    await within(endMs, ended, 'its thread did not end').catch(() => {
      holdsProcess(this, true);
      this.#worker.unref();
    });
  }

  #count(plugin: string, by: number): void {
    this.#zombies.set(plugin, (this.#zombies.get(plugin) ?? 0) + by);
    holdsProcess(
      this,
      [...this.#zombies.values()].some((count) => count > 0),
    );
  }

  /** Its thread has joined all of its children, so none is a zombie any more. */
  #gone(): void {
    for (const [plugin, count] of this.#zombies) {
      for (let i = 0; i < count; i++) this.#watch.onEvent({ plugin, type: 'zombie', by: -1 });
    }
    this.#zombies.clear();
    holdsProcess(this, false);
  }

  async #stopPlugins(): Promise<void> {
    this.#isOver = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeMs);
      this.#worker.once('exit', () => resolve());
    });
    // The thread is terminated, whatever fails while they stop.
    await Promise.race([this.control.close().catch(() => {}), late]);
    clearTimeout(timer);
  }

  /** Handles its end, or the first sign of it. Its earlier events are handled first. */
  #ended(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#release();
    void this.#terminate();
    this.#watch.onEnd(reason);
  }
}

/** Returns the file of its thread. Throws in a CommonJS bundle, which has no address of its own. */
export const supervisorFile = () => new URL('../bundled/supervisor.js', import.meta.url);

function begin(start: SupervisorStart): Worker {
  return new Worker(supervisorFile(), {
    workerData: start,
    transferList: [start.control, start.events],
    // The plugins' threads inherit nothing of the host process's own options.
    execArgv: [],
    env: {},
    name: 'gatehouse-supervisor',
  });
}
