// A plugin's process whose pipe ends in the test instead of the supervisor, so that the test sees every frame in order.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { defaultSizes } from '@gatehouse/host/internal/channel/index';
import { type PipeFrame, PipeFrames, pipeFd, pipeFrame, pipeKind } from '@gatehouse/host/internal/channel/pipe/index';
import { sentHookSet } from '@gatehouse/host/internal/contract/hook-set';
import { noPermissions } from '@gatehouse/host/internal/contract/permissions';
import type { ProcessStart, SessionControl } from '@gatehouse/host/internal/contract/session-contract';
import { startMark, type ThreadStart } from '@gatehouse/host/internal/contract/thread-contract';
import type { EventOf, HookName } from '@gatehouse/plugin-api';
import { hookNames, messengerHooks } from '@gatehouse/plugin-api/hooks';
import * as comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { Test } from 'tap';
import { encode } from './event-bytes.js';
import { urlOf } from './misbehaviours.js';

/** A process's report on its observers. */
export interface Account {
  readonly observed: number;
  readonly errors: number;
}

export class PipedProcess {
  readonly control: comlink.Remote<SessionControl>;
  /** The last account that arrived before the last answer to a call of `control`. */
  accountBeforeAnswer: Account = { observed: 0, errors: 0 };
  #account: Account = { observed: 0, errors: 0 };
  readonly #pipe: Socket;
  readonly #port: MessagePort;

  constructor(t: Test, fixture: string) {
    const child = started(fixture);
    this.#pipe = child.stdio[pipeFd.SESSION] as Socket;
    const { port1, port2 } = new MessageChannel();
    this.#port = port2;
    this.control = comlink.wrap<SessionControl>(nodeEndpoint(port1));
    port2.on('message', (message) => this.#say(pipeKind.CONTROL, [], serialize(message)));
    const frames = new PipeFrames(2 ** 24);
    this.#pipe.on('data', (chunk: Uint8Array) => frames.push(chunk, (frame) => this.#take(frame)));
    t.teardown(async () => {
      port1.close();
      child.kill('SIGKILL');
      await once(child, 'close');
    });
    const entry = urlOf(fixture);
    const start: ProcessStart = {
      plugin: { name: fixture, entry, config: {} },
      hookSet: sentHookSet(messengerHooks),
      sizes: defaultSizes,
    };
    this.#say(pipeKind.START, [], serialize(start));
  }

  /** Tells the plugin an event. Later frames arrive after it. */
  tell<N extends HookName<'observer'>>(hook: N, event: EventOf<N>): void {
    this.#say(pipeKind.EVENT, [hookNames.indexOf(hook), 0], encode(hook, event));
  }

  #say(kind: number, numbers: readonly number[], rest: Uint8Array): void {
    this.#pipe.write(pipeFrame(kind, numbers, rest));
  }

  #take({ kind, body }: PipeFrame): void {
    if (kind === pipeKind.CONTROL) {
      this.accountBeforeAnswer = this.#account;
      this.#port.postMessage(deserialize(body));
    } else if (kind === pipeKind.OBSERVED) {
      const view = new DataView(body.buffer, body.byteOffset);
      this.#account = { observed: view.getInt32(4, true), errors: view.getInt32(8, true) };
    }
  }
}

const processEntry = fileURLToPath(import.meta.resolve('@gatehouse/host/internal/bundled/child'));

function started(plugin: string): ChildProcess {
  const asked = { asked: noPermissions, granted: noPermissions, canAsk: false };
  const start: ThreadStart = { plugin, hardened: false, niceness: { gate: 0, observers: 0 }, ...asked };
  const stdio = ['ignore', 'inherit', 'inherit', 'pipe', 'pipe', 'pipe'] as const;
  return spawn(process.execPath, [processEntry, startMark + JSON.stringify(start)], { env: {}, stdio: [...stdio] });
}
