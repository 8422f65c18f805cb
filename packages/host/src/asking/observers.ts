// Observer hooks: writes each event into the rings of the plugins that want it. Never blocks, never throws.

import { type AnyCodec, Cursor, EventError, type ListCodec } from '@gatehouse/plugin-api/codec';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { messageOf } from '../contract/errors.js';
import { observerHooksOf, sizeOfPiece } from '../contract/hook-set.js';
import type { HostLog } from '../contract/host-log.js';
import type { AskedPlugin } from './asked-plugin.js';
import { shardOf } from './shard.js';

/** A frame holds at most this share of a ring, so that a large batch crosses in pieces. */
const piecesOfARing = 16;

export class Observers {
  /** The plugins to tell, by hook. */
  listeners: Readonly<Record<string, readonly AskedPlugin[]>> = {};
  readonly #hooks: AnyHookSet;
  readonly #logger: HostLog;
  readonly #cursor: Cursor;
  #isTelling = false;

  constructor(hooks: AnyHookSet, logger: HostLog, ringBytes: number) {
    this.#hooks = hooks;
    this.#logger = logger;
    this.#cursor = new Cursor(
      new Uint8Array(
        Math.max(
          ringBytes / piecesOfARing,
          ...observerHooksOf(hooks).map((name) => sizeOfPiece(hooks.rows[name]!.codec)),
        ),
      ),
    );
  }

  /** Tells every plugin that listens. Logs an event of the wrong shape, and tells it to no plugin. */
  tell(hook: string, event: unknown): void {
    const plugins = this.listeners[hook];
    if (plugins === undefined || plugins.length === 0) return;
    // A getter of an event may tell another one, which would be written over it.
    const isWithin = this.#isTelling;
    this.#isTelling = true;
    try {
      if (isWithin) throw new EventError('it was told while another one was read');
      const { codec } = this.#hooks.rows[hook]!;
      if ('item' in codec) this.#tellList(hook, codec as ListCodec<unknown>, event, plugins);
      else this.#tellOne(hook, codec, event, plugins);
    } catch (error) {
      this.#logger.error({ hook, err: error }, `an event was told to nobody: ${messageOf(error)}`);
    } finally {
      this.#isTelling = isWithin;
    }
  }

  #tellOne(hook: string, codec: AnyCodec, event: unknown, plugins: readonly AskedPlugin[]): void {
    const length = this.#encode(codec, event);
    for (const plugin of plugins) this.#write(plugin, threadFor(plugin, this.#by(hook), event), hook, length, 1);
  }

  /** Gives each thread of a plugin its own items, in order, in pieces that fit its ring. */
  #tellList(hook: string, codec: ListCodec<unknown>, items: unknown, plugins: readonly AskedPlugin[]): void {
    if (!Array.isArray(items)) throw new EventError('expected an array');
    const most = Math.floor((this.#cursor.bytes.length - 4) / codec.item.maxSize);
    const isOnePiece = items.length <= most && plugins.every(({ links }) => links.length <= 1);
    if (!isOnePiece) this.#check(codec, items);
    for (const plugin of plugins) {
      for (const [thread, own] of byThread(plugin, this.#by(hook), items)) {
        for (let from = 0; from < own.length; from += most) {
          const piece = own.slice(from, from + most);
          this.#write(plugin, thread, hook, this.#encode(codec, piece), piece.length);
        }
      }
    }
  }

  /** Checks all items before the first piece of them is written. @throws EventError with the index of a wrong one */
  #check({ item }: ListCodec<unknown>, items: readonly unknown[]): void {
    for (const [i, one] of items.entries()) {
      try {
        this.#encode(item, one);
      } catch (error) {
        throw error instanceof EventError ? error.within(`[${i}]`) : error;
      }
    }
  }

  /** Encodes the event at the start of the scratch bytes. Returns its length. */
  #encode(codec: AnyCodec, event: unknown): number {
    this.#cursor.at = 0;
    codec.write(this.#cursor, event);
    return this.#cursor.at;
  }

  #by(hook: string): string {
    return this.#hooks.rows[hook]!.by;
  }

  #write(plugin: AskedPlugin, thread: number, hook: string, length: number, events: number): void {
    const link = plugin.links[thread];
    const id = this.#hooks.names.indexOf(hook);
    if (link?.isOpen && link.ring.write(id, this.#cursor.bytes, length, events)) return;
    plugin.tally.dropped[hook] = (plugin.tally.dropped[hook] ?? 0) + events;
  }
}

function threadFor(plugin: AskedPlugin, by: string, event: unknown): number {
  if (plugin.links.length <= 1) return 0;
  return shardOf((event as Readonly<Record<string, unknown>>)[by]) % plugin.links.length;
}

function byThread(plugin: AskedPlugin, by: string, items: readonly unknown[]): Iterable<[number, unknown[]]> {
  const threads = new Map<number, unknown[]>();
  for (const item of items) {
    const thread = threadFor(plugin, by, item);
    const own = threads.get(thread);
    if (own === undefined) threads.set(thread, [item]);
    else own.push(item);
  }
  return threads;
}
