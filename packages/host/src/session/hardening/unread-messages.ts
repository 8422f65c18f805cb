// Counts unread messages that a plugin's thread has posted to itself: they are outside of its heap, and a port without
// a listener keeps all of them.
//
// Node delivers every message by one method with a registered symbol, see messageport.js in its sources.

import type { MessagePort } from 'node:worker_threads';
import type { UncountedMemory } from '../uncounted-memory.js';
import { replace } from './guards.js';
import { sizeOf } from './message-size.js';

const threads = process.getBuiltinModule('node:worker_threads');

const kind = 'messages';
const dispatch = Symbol.for('nodejs.internal.kHybridDispatch');

/** The port at the other end, and the sizes of the unread messages of this one, the oldest first. */
interface End {
  readonly peer: MessagePort;
  unread: number[];
}

type Dispatch = (this: MessagePort, data: unknown, type: string, event: unknown) => unknown;

export function countUnreadMessages(memory: UncountedMemory): void {
  const ends = new WeakMap<MessagePort, End>();
  let total = 0;
  const changed = (bytes: number) => {
    total += bytes;
    memory.set(kind, total);
  };
  const read = (port: MessagePort) => changed(-(ends.get(port)?.unread.shift() ?? 0));
  const closed = (port: MessagePort) => {
    const end = ends.get(port);
    changed(-(end?.unread ?? []).reduce((sum, bytes) => sum + bytes, 0));
    if (end !== undefined) end.unread = [];
  };
  if (!noteReads(read)) return;
  noteChannels((port, peer) => {
    ends.set(port, { peer, unread: [] });
    port.once('close', () => closed(port));
  });
  replace(threads.MessagePort.prototype, ['postMessage'], (post) => {
    return function posted(this: MessagePort, ...args: never[]) {
      const answer = Reflect.apply(post, this, args);
      const peer = ends.get(this)?.peer;
      const end = peer && ends.get(peer);
      if (end !== undefined) {
        const bytes = sizeOf(args[0]);
        end.unread.push(bytes);
        changed(bytes);
      }
      return answer;
    };
  });
}

/** Returns false if this Node delivers in another way: then nothing is counted, because it could not be uncounted. */
function noteReads(read: (port: MessagePort) => void): boolean {
  const prototype = threads.MessagePort.prototype as unknown as Record<symbol, Dispatch | undefined>;
  const handOver = prototype[dispatch];
  if (typeof handOver !== 'function') return false;
  Object.defineProperty(prototype, dispatch, {
    configurable: true,
    writable: true,
    value(this: MessagePort, data: unknown, type: string, event: unknown) {
      if (type === 'message') read(this);
      return Reflect.apply(handOver, this, [data, type, event]);
    },
  });
  replace(threads, ['receiveMessageOnPort'], (receive) => (...args: never[]) => {
    const message = receive(...args);
    if (message !== undefined) read(args[0]!);
    return message;
  });
  return true;
}

function noteChannels(note: (port: MessagePort, peer: MessagePort) => void): void {
  const { MessageChannel } = threads;
  const construct = (target: typeof MessageChannel, args: readonly unknown[], newTarget: typeof MessageChannel) => {
    const channel = Reflect.construct(target, args, newTarget) as InstanceType<typeof MessageChannel>;
    note(channel.port1, channel.port2);
    note(channel.port2, channel.port1);
    return channel;
  };
  for (const owner of [globalThis, threads]) {
    replace(owner, ['MessageChannel'], (made) => new Proxy(made as never, { construct } as never));
  }
}
