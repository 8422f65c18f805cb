// The host's hold on the supervisor's thread: starts it, calls it, passes on its events.

import { MessageChannel, Worker } from 'node:worker_threads';
import { within } from '@gatehouse/support/deadline';
import { drainAndClose } from '@gatehouse/support/drain-port';
import { holdsProcess } from '@gatehouse/support/end-process';
import * as comlink from 'comlink';
import { CallPipe } from '../channel/pipe/index.js';
import type { SupervisorControl, SupervisorEvent, SupervisorStart } from '../contract/supervisor-contract.js';
import { nodeEndpoint } from '../node-internals/port-endpoint.js';

/** The longest wait for the supervisor's thread to end, in ms; that waits for the plugins' threads, and so for zombies. */
const endMs = 1000;

/** The longest wait for the plugins to stop when the host closes, in ms; their threads are ended thereafter. */
const closeMs = 8000;

export interface SupervisorWatch {
  /** Something happened to a plugin. */
  onEvent(event: SupervisorEvent): void;
  /** The supervisor's thread itself has ended, which it never should. */
  onEnd(reason: string): void;
}

export class SupervisorThread {
  readonly control: comlink.Remote<SupervisorControl>;
  readonly #worker: Worker;
  readonly #release: () => void;
  /** Open in the supervisor's thread, and closed by its end. */
  readonly #callPipes = new Map<number, CallPipe>();
  #closing = false;
  #isEnding = false;
  #zombies = 0;

  constructor(shared: Pick<SupervisorStart, 'serverBell' | 'sizes' | 'wait'>, watch: SupervisorWatch) {
    const control = new MessageChannel();
    const events = new MessageChannel();
    const start: SupervisorStart = { control: control.port2, events: events.port2, ...shared };
    this.#worker = new Worker(new URL('../supervisor-main.js', import.meta.url), {
      workerData: start,
      transferList: [control.port2, events.port2],
      // Nothing that the host's process was started with concerns the plugins' threads.
      execArgv: [],
      env: {},
      name: 'gatehouse-supervisor',
    });
    this.#worker.on('error', (error) => this.#onEnd(watch, String((error as Error).message ?? error)));
    this.#worker.on('exit', (code) => this.#onEnd(watch, `its thread exited with code ${code}`));
    const onEvent = (event: SupervisorEvent) => {
      if (event.type === 'zombie') this.#count(event.by);
      this.#note(event);
      watch.onEvent(event);
    };
    events.port1.on('message', onEvent);
    this.control = comlink.wrap<SupervisorControl>(nodeEndpoint(control.port1));
    this.#release = () => {
      control.port1.close();
      drainAndClose(events.port1, onEvent);
    };
  }

  /** Stops every plugin in bounded time, then ends the thread. With zombies it may be left behind, see process-end.ts. */
  async close(): Promise<void> {
    if (!this.#closing) await this.#stopPlugins();
    await this.#end();
    this.#release();
  }

  /** Nothing may be written to a descriptor that the end of the supervisor's thread closes. */
  #note(event: SupervisorEvent): void {
    if (event.type === 'session-ended') this.#callPipes.delete(event.session);
    if (event.type !== 'session-opened' || event.callPipe === undefined) return;
    const pipe = new CallPipe(event.callPipe);
    this.#callPipes.set(event.session, pipe);
    if (this.#isEnding) pipe.close();
  }

  async #end(): Promise<void> {
    this.#isEnding = true;
    for (const pipe of this.#callPipes.values()) pipe.close();
    const ended = this.#worker.terminate().then(() => holdsProcess(this, false));
    await within(endMs, ended, 'its thread did not end').catch(() => {
      holdsProcess(this, true);
      this.#worker.unref();
    });
  }

  #count(by: number): void {
    this.#zombies += by;
    holdsProcess(this, this.#zombies > 0);
  }

  async #stopPlugins(): Promise<void> {
    this.#closing = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeMs);
      this.#worker.once('exit', () => resolve());
    });
    // Whatever goes wrong while they stop, the thread is ended.
    await Promise.race([this.control.close().catch(() => {}), late]);
    clearTimeout(timer);
  }

  #onEnd(watch: SupervisorWatch, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#release();
    watch.onEnd(reason);
  }
}
