// A channel with both ends in one thread, for tests of bytes.

import {
  type Channel,
  type ChannelSizes,
  createChannel,
  createServerBell,
  LaneAnswerer,
  LaneCaller,
  openChannel,
  openServerBell,
  type RingReader,
} from '@gatehouse/host/internal/channel/index';

export const smallSizes: ChannelSizes = { callMax: 4, requestBytes: 64, reasonBytes: 16, dataBytes: 8, ringBytes: 256 };

export interface BothEnds {
  readonly channel: Channel;
  readonly caller: LaneCaller;
  readonly answerer: LaneAnswerer;
}

export function bothEnds(sizes: Partial<ChannelSizes> = {}): BothEnds {
  const channel = openChannel(createChannel({ ...smallSizes, ...sizes }));
  const answerer = new LaneAnswerer(channel, openServerBell(createServerBell()));
  return { channel, caller: new LaneCaller(channel), answerer };
}

/** Finishes the call before, asks one of `count` frames of one word each, and lets the session's end accept it. */
export function ask({ caller, answerer }: BothEnds, count = 1): void {
  answerer.finish();
  caller.isAnswered();
  caller.begin();
  for (let i = 0; i < count; i++) caller.put(Int32Array.of(i), 0, 1);
  caller.send(0);
  answerer.hasCall();
  answerer.accept();
}

/** Returns the next event of a ring as a private copy, with the padding of its frame. */
export function readFrame(reader: RingReader, { ring }: Channel) {
  if (!reader.next()) return undefined;
  const { hook, gap, at } = reader;
  const [size] = new Int32Array(ring.buffer, ring.byteOffset + at - frameHeader, 1);
  const bytes = ring.slice(at, at - frameHeader + size!);
  reader.release();
  return { hook, gap, bytes };
}

/** Length of the header before an event, in bytes; its first word is the size of the whole frame. */
const frameHeader = 12;
