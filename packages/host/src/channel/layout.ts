// The map of the shared memory between the server thread and one session.
//
// A channel is one SharedArrayBuffer. Its first words are control words, each with one writer; the blocks follow.
// All control words are read and written with Atomics, which JavaScript defines as sequentially consistent: a thread
// that sees a counter move also sees every plain byte that was written before it. Words of different writers stand on
// cache lines of their own (16 words), so that one side's writes do not evict the other side's line.
//
//   word  name          written by   when
//   ----  ------------  -----------  ---------------------------------------------------------------------------
//     0   LIFE          supervisor   open → ended, once, after the session's thread is known to be gone or given up
//    16   CALL          server       +1 for each gate call, after its frames, hook and count are in place
//    17   CALL_HOOK     server       wire id of the hook, before CALL
//    18   CALL_COUNT    server       number of frames in the call, before CALL
//    19   RING_HEAD     server       bytes ever written to the ring, after the frame's bytes
//    20   IN_VAIN       server       +1 when it spun for a session that said it was awake, and nothing came
//    21   CALL_BYTES    server       bytes of the call's frames, before CALL
//    32   BELL          server       +1 to wake the session, which sleeps on it; also by the session itself
//    48   STANCE        session      busy, parked or spinning: whether the server has to ring
//    49   ANSWERED      session      id of the last call whose verdicts are all in place
//    50   RING_TAIL     session      bytes ever read from the ring, after the frame's bytes were copied out
//    51   OBSERVED      session      observer events handed to a handler; a batch counts its messages
//    52   OBSERVER_ERRORS session    observer handlers that threw
//    53   SERVING       session      1 + wire id of the observer hook whose handler has not returned yet, else 0
//    54   THREAD        session      id of its thread, or of its process where it has one of its own, first of all
//    55   HEAP_KB       session      what its heap has taken, where Node does not show that to the supervisor
//    56   EXTERNAL_KB   session      and its buffers and WASM, or of these what Node does not show
//    57   LOG_DROPPED   session      lines and messages of the plugin's that were dropped, as it wrote too many
//
//   request   server     frames of the call in flight, each padded to 4 bytes. Not written again before
//                        ANSWERED = CALL: a session that is late may still be reading
//   verdicts  session    one word per frame: call id and verdict in one, so that a verdict of another call cannot be
//                        taken for one of this; written with Atomics after the reason
//   reasons   session    per frame a byte length, a mark for "was cut", and UTF-8
//   ring      server     frames of observer events, see ring.ts
//
// The session is hostile memory for the server: whatever it reads here it checks against these sizes before use.

export const word = {
  LIFE: 0,
  CALL: 16,
  CALL_HOOK: 17,
  CALL_COUNT: 18,
  RING_HEAD: 19,
  IN_VAIN: 20,
  CALL_BYTES: 21,
  BELL: 32,
  STANCE: 48,
  ANSWERED: 49,
  RING_TAIL: 50,
  OBSERVED: 51,
  OBSERVER_ERRORS: 52,
  SERVING: 53,
  THREAD: 54,
  HEAP_KB: 55,
  EXTERNAL_KB: 56,
  LOG_DROPPED: 57,
} as const;

const controlWords = 64;

export const life = { OPEN: 0, ENDED: 1 } as const;

/** What a side is doing; a doorbell is rung only for one that is parked. */
export const stance = { BUSY: 0, PARKED: 1, SPINNING: 2 } as const;

/** Sizes of a channel's blocks. */
export interface ChannelSizes {
  /** Most frames in one gate call. */
  readonly callMax: number;
  /** Room for the frames of one gate call, in bytes; a multiple of 4. */
  readonly requestBytes: number;
  /** Room for one reason, in bytes of UTF-8; a multiple of 4. */
  readonly reasonBytes: number;
  /** Room for observer events, in bytes; a power of two. */
  readonly ringBytes: number;
}

export const defaultSizes: ChannelSizes = {
  callMax: 64,
  requestBytes: 16 * 1024,
  reasonBytes: 1024,
  ringBytes: 1024 * 1024,
};

/** Bytes before the text of a reason: its length, and whether it was cut. */
export const reasonHeader = 8;

/** One channel as seen by whoever holds its memory: views of the same bytes. */
export interface Channel {
  readonly memory: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
  readonly control: Int32Array;
  readonly request: Uint8Array;
  readonly requestWords: Int32Array;
  readonly verdicts: Int32Array;
  readonly reasons: Uint8Array;
  readonly reasonWords: Int32Array;
  readonly ring: Uint8Array;
}

/** What another thread needs to open the channel: plain data that can be posted. */
export interface ChannelHandle {
  readonly memory: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
}

/** Makes the memory of a channel, all zero: open, nothing called, ring empty. */
export function createChannel(sizes: ChannelSizes = defaultSizes): ChannelHandle {
  return { memory: new SharedArrayBuffer(offsets(sizes).end), sizes };
}

/** Views of a channel's memory. */
export function openChannel({ memory, sizes }: ChannelHandle): Channel {
  const at = offsets(sizes);
  return {
    memory,
    sizes,
    control: new Int32Array(memory, 0, controlWords),
    request: new Uint8Array(memory, at.request, sizes.requestBytes),
    requestWords: new Int32Array(memory, at.request, sizes.requestBytes / 4),
    verdicts: new Int32Array(memory, at.verdicts, sizes.callMax),
    reasons: new Uint8Array(memory, at.reasons, at.ring - at.reasons),
    reasonWords: new Int32Array(memory, at.reasons, (at.ring - at.reasons) / 4),
    ring: new Uint8Array(memory, at.ring, sizes.ringBytes),
  };
}

/** Byte distance from one reason to the next. */
export function reasonStride(sizes: ChannelSizes): number {
  return reasonHeader + sizes.reasonBytes;
}

function offsets(sizes: ChannelSizes) {
  const request = controlWords * 4;
  const verdicts = request + sizes.requestBytes;
  const reasons = verdicts + sizes.callMax * 4;
  const ring = align8(reasons + sizes.callMax * reasonStride(sizes));
  return { request, verdicts, reasons, ring, end: ring + sizes.ringBytes };
}

const align8 = (n: number) => (n + 7) & ~7;
