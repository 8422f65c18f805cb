// A session in the test's own thread, controlled by the ports that the supervisor would use.

import { MessageChannel } from 'node:worker_threads';
import {
  type CarriedReason,
  type Channel,
  type ChannelSizes,
  createChannel,
  createServerBell,
  defaultSizes,
  LaneCaller,
  openChannel,
  openServerBell,
  RingWriter,
  stance,
  type VerdictKind,
} from '@gatehouse/host/internal/channel/index';
import { sentHookSet } from '@gatehouse/host/internal/contract/hook-set';
import type { LogRecord, SessionControl } from '@gatehouse/host/internal/contract/session-contract';
import session from '@gatehouse/host/internal/session/session';
import type { EventOf, HookName } from '@gatehouse/plugin-api';
import { hookNames, messengerHooks } from '@gatehouse/plugin-api/hooks';
import * as comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { Test } from 'tap';
import { Arrivals } from './arrivals.js';
import { encode } from './event-bytes.js';
import { urlOf } from './misbehaviours.js';

export interface Answer extends CarriedReason {
  readonly kind: VerdictKind;
}

export class OpenSession {
  readonly control: comlink.Remote<SessionControl>;
  readonly channel: Channel;
  /** Settles like the session's task. */
  readonly ended: Promise<void>;
  readonly #lane: LaneCaller;
  readonly #ring: RingWriter;
  readonly #serverBell = createServerBell();
  readonly #records = new Arrivals<LogRecord>();

  constructor(t: Test, entry: string, config: unknown, sizes: Partial<ChannelSizes>) {
    const handle = createChannel({ ...defaultSizes, ...sizes });
    const control = new MessageChannel();
    const records = new MessageChannel();
    const ports = [control.port1, control.port2, records.port1, records.port2];
    t.teardown(() => {
      for (const port of ports) port.close();
    });
    this.channel = openChannel(handle);
    this.#lane = new LaneCaller(this.channel);
    this.#ring = new RingWriter(this.channel);
    this.control = comlink.wrap<SessionControl>(nodeEndpoint(control.port1));
    records.port1.on('message', (record: LogRecord) => this.#records.add(record));
    this.ended = session({
      plugin: { name: 'tested', entry, config },
      hookSet: sentHookSet(messengerHooks),
      channel: handle,
      serverBell: this.#serverBell,
      wait: 'park',
      control: control.port2,
      records: records.port2,
    });
  }

  /** Asks the plugin about events of a gate hook; returns its answers in order. */
  ask<N extends HookName<'gate'>>(hook: N, ...events: EventOf<N>[]): Promise<readonly Answer[]> {
    return this.askBytes(hook, ...events);
  }

  /** Like `ask`, but frames may also be arbitrary bytes. */
  async askBytes<N extends HookName<'gate'>>(
    hook: N,
    ...events: (EventOf<N> | Uint8Array)[]
  ): Promise<readonly Answer[]> {
    // The lane requires this check before the next call.
    this.#lane.isAnswered();
    this.#lane.begin();
    for (const event of events) {
      const bytes = event instanceof Uint8Array ? event : encode(hook, event);
      const words = new Int32Array(bytes.slice().buffer);
      this.#lane.put(words, 0, words.length);
    }
    this.#lane.send(hookNames.indexOf(hook));
    const bell = openServerBell(this.#serverBell);
    for (;;) {
      const count = bell.count();
      bell.setStance(stance.PARKED);
      if (this.#lane.isAnswered()) break;
      await bell.waitAsync(count);
    }
    return events.map((_, i) => ({ kind: this.#lane.verdict(i), ...this.#lane.reason(i) }));
  }

  /** Tells the plugin an event; returns false when the ring is full. */
  tell<N extends HookName<'observer'>>(hook: N, event: EventOf<N>): boolean {
    const bytes = encode(hook, event);
    return this.#ring.write(hookNames.indexOf(hook), bytes, bytes.length, 1);
  }

  get records(): readonly LogRecord[] {
    return this.#records.all;
  }

  /** Resolves with the first record that contains this message, even if it is still to come. */
  record(message: string): Promise<LogRecord> {
    return this.#records.until((all) => all.find((record) => record.message.includes(message)));
  }
}

/** Opens a session of a plugin of test/plugins, not loaded yet. */
export function openSession(
  t: Test,
  fixture: string,
  config: unknown = {},
  sizes: Partial<ChannelSizes> = {},
): OpenSession {
  return new OpenSession(t, urlOf(fixture), config, sizes);
}

/** Opens a session that is loaded and serving. */
export async function serving(
  t: Test,
  fixture: string,
  config: unknown = {},
  sizes: Partial<ChannelSizes> = {},
): Promise<OpenSession> {
  const opened = openSession(t, fixture, config, sizes);
  await opened.control.load();
  await opened.control.serve();
  return opened;
}
