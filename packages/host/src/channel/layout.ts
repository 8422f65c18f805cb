// The map of the shared memory between the server thread and one session.
//
// A channel is one SharedArrayBuffer. Its first words are control words, each with one writer; the blocks follow.
// All control words are read and written with Atomics, which JavaScript defines as sequentially consistent: a thread
// that sees a counter move also sees every plain byte that was written before it. Words of different writers stand on
// cache lines of their own (16 words), so that one side's writes do not evict the other side's line.
//
//   word  name          written by   when
//   ----  ------------  -----------  ---------------------------------------------------------------------------
//     0   LIFE          supervisor   open → ended, once, after the session's thread is known to be gone or given up; or by
//                                    the server, when the supervisor's own thread has ended
//    16   RING_HEAD     server       bytes ever written to the ring, after the frame's bytes
//    17   IN_VAIN       server       +1 when it spun for a session whose stance was awake, and nothing came
//    32   BELL          server       +1 to wake the session, which sleeps on it; also by the session itself
//    48   STANCE        session      busy, parked or spinning: whether the server has to ring
//    49   RING_TAIL     session      bytes ever read from the ring, after the frame's bytes were copied out
//    50   OBSERVED      session      observer events handed to a handler; a batch counts its messages
//    51   OBSERVER_ERRORS session    observer handlers that threw
//    52   SERVING       session      1 + wire id of the observer hook whose handler has not returned yet, else 0
//    53   THREAD        session      id of its thread, or of its own process if it has one, before anything else
//    54   HEAP_KB       session      size of its heap, if Node does not show that to the supervisor
//    55   EXTERNAL_KB   session      size of its buffers and WASM, or the part of it that Node does not show
//    56   LOG_DROPPED   session      dropped lines and messages of the plugin, because it wrote too many
//    64   CALL          server       +1 for each gate call, after its frames, hook and count are in place
//    65   CALL_HOOK     server       wire id of the hook, before CALL, and so plainly: CALL makes it seen
//    66   CALL_COUNT    server       number of frames in the call, likewise
//    67   CALL_BYTES    server       bytes of the call's frames, likewise
//
//   request   server     frames of the call in flight, each padded to 4 bytes. Not written again before
//                        ANSWERED = CALL: an overdue session may still be reading
//   answered  session    one word, ANSWERED: id of the last call whose verdicts are all in place
//   verdicts  session    one word per frame: call id and verdict in one, so that a verdict of another call cannot be
//                        taken for one of this; written with Atomics after the reason
//   reasons   session    per frame: byte length of the reason, a mark for "was cut", retryAfterMs + 1 of a Defer or 0, byte
//                        length of the data of a Reject; the reason in UTF-8; the data
//   ring      server     frames of observer events, see ring.ts
//
// Data of every call is close together, because moving a cache line from core to core costs as much as all the work
// on it: the CALL words begin the line that the first frame continues, and ANSWERED the one of the first verdicts.
// STANCE has no part in a call that finds the session awake.
//
// For the server, the session's memory is hostile: it checks everything that it reads here against these sizes.

import type { Holds, Member, Unique } from '@gatehouse/support/holds';
import { invariant } from '@gatehouse/support/invariant';

export const word = {
  LIFE: 0,
  RING_HEAD: 16,
  IN_VAIN: 17,
  BELL: 32,
  STANCE: 48,
  RING_TAIL: 49,
  OBSERVED: 50,
  OBSERVER_ERRORS: 51,
  SERVING: 52,
  THREAD: 53,
  HEAP_KB: 54,
  EXTERNAL_KB: 55,
  LOG_DROPPED: 56,
  CALL: 64,
  CALL_HOOK: 65,
  CALL_COUNT: 66,
  CALL_BYTES: 67,
} as const;

const controlWords = 68;

/** CALL_HOOK of a ping, in place of a hook's id: a call of one empty frame, which the session itself answers. */
export const pingHook = -1;

type Words<Names extends keyof typeof word> = (typeof word)[Names];
/** Words by writer, so that one side's writes do not evict the other side's line. */
type FirstLine = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;
type SecondLine = 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31;
type ThirdLine = 32 | 33 | 34 | 35 | 36 | 37 | 38 | 39 | 40 | 41 | 42 | 43 | 44 | 45 | 46 | 47;
type FourthLine = 48 | 49 | 50 | 51 | 52 | 53 | 54 | 55 | 56 | 57 | 58 | 59 | 60 | 61 | 62 | 63;
type Session = Exclude<keyof typeof word, 'LIFE' | 'RING_HEAD' | 'IN_VAIN' | 'BELL' | `CALL${string}`>;

/** All words are distinct and below `controlWords`, and those of different writers share no cache line. */
export type WordsHold = Holds<
  [
    Unique<typeof word>,
    Member<Words<'LIFE'>, FirstLine>,
    Member<Words<'RING_HEAD' | 'IN_VAIN'>, SecondLine>,
    Member<Words<'BELL'>, ThirdLine>,
    Member<Words<Session>, FourthLine>,
    Member<Words<'CALL' | 'CALL_HOOK' | 'CALL_COUNT' | 'CALL_BYTES'>, 64 | 65 | 66 | 67>,
    Member<typeof controlWords, 68>,
  ]
>;

export const life = { OPEN: 0, ENDED: 1 } as const;

/**
 * A side's activity. A bell is rung only for one that is parked, which blocks its thread, or listening: its thread goes on
 * and waits for a ring.
 */
export const stance = { BUSY: 0, PARKED: 1, SPINNING: 2, LISTENING: 3 } as const;

/** Sizes of a channel's blocks. */
export interface ChannelSizes {
  /** The most frames in one gate call. */
  readonly callMax: number;
  /** Room for the frames of one gate call, in bytes; a multiple of 4. */
  readonly requestBytes: number;
  /** Room for one reason, in bytes of UTF-8; a multiple of 4. */
  readonly reasonBytes: number;
  /** Room for what a Reject carries besides its reason, in bytes; a multiple of 4. */
  readonly dataBytes: number;
  /** Room for observer events, in bytes; a power of two. */
  readonly ringBytes: number;
}

export const defaultSizes: ChannelSizes = {
  callMax: 64,
  requestBytes: 16 * 1024,
  reasonBytes: 1024,
  dataBytes: 0,
  ringBytes: 1024 * 1024,
};

/** Bytes before the text of a reason: its length, whether it was cut, the time of a Defer, the length of the data. */
export const reasonHeader = 16;

/** An open channel: views of the same bytes. */
export interface Channel {
  readonly memory: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
  readonly control: Int32Array;
  readonly request: Uint8Array;
  readonly requestWords: Int32Array;
  /** One word: ANSWERED. */
  readonly answered: Int32Array;
  readonly verdicts: Int32Array;
  readonly reasons: Uint8Array;
  readonly reasonWords: Int32Array;
  readonly ring: Uint8Array;
}

/** The data that another thread needs to open the channel. Can be posted. */
export interface ChannelHandle {
  readonly memory: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
}

/** Creates the memory of a channel, all zero: open, no calls, an empty ring. */
export function createChannel(sizes: ChannelSizes = defaultSizes): ChannelHandle {
  const { requestBytes, reasonBytes, dataBytes, ringBytes } = sizes;
  invariant(
    requestBytes % 4 === 0 && reasonBytes % 4 === 0 && dataBytes % 4 === 0,
    'blocks of a channel are whole words',
  );
  invariant(ringBytes >= 64 && (ringBytes & (ringBytes - 1)) === 0, 'a ring is a power of two');
  return { memory: new SharedArrayBuffer(offsets(sizes).end), sizes };
}

/** Marks the session as ended: nothing is put to it any more, and nothing that it still writes is read. */
export function markEnded({ memory }: Pick<ChannelHandle, 'memory'>): void {
  Atomics.store(new Int32Array(memory), word.LIFE, life.ENDED);
}

/** Returns views of a channel's memory. */
export function openChannel({ memory, sizes }: ChannelHandle): Channel {
  const at = offsets(sizes);
  invariant(memory.byteLength === at.end, 'both sides of a channel agree on its sizes');
  return {
    memory,
    sizes,
    control: new Int32Array(memory, 0, controlWords),
    request: new Uint8Array(memory, at.request, sizes.requestBytes),
    requestWords: new Int32Array(memory, at.request, sizes.requestBytes / 4),
    answered: new Int32Array(memory, at.answered, 1),
    verdicts: new Int32Array(memory, at.verdicts, sizes.callMax),
    reasons: new Uint8Array(memory, at.reasons, at.ring - at.reasons),
    reasonWords: new Int32Array(memory, at.reasons, (at.ring - at.reasons) / 4),
    ring: new Uint8Array(memory, at.ring, sizes.ringBytes),
  };
}

/** Returns the distance from one reason to the next, in bytes. */
export function reasonStride(sizes: ChannelSizes): number {
  return reasonHeader + sizes.reasonBytes + sizes.dataBytes;
}

function offsets(sizes: ChannelSizes) {
  const request = controlWords * 4;
  const answered = align(request + sizes.requestBytes, cacheLine);
  const verdicts = answered + 4;
  const reasons = verdicts + sizes.callMax * 4;
  const ring = align(reasons + sizes.callMax * reasonStride(sizes), cacheLine);
  return { request, answered, verdicts, reasons, ring, end: ring + sizes.ringBytes };
}

/** Bytes that move between cores together, on most processors that Node runs on; twice that on a few. */
const cacheLine = 64;

const align = (n: number, to: number) => Math.ceil(n / to) * to;
