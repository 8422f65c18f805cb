// The room for one gate call in flight: the server's end asks, the session's end answers frame by frame.

import { invariant } from '@gatehouse/support/invariant';
import { Bell } from './bell.js';
import { type Channel, life, pingHook, reasonHeader, reasonStride, word } from './layout.js';
import { packVerdict, unpackVerdict, type VerdictKind } from './verdict.js';

/** A reason read from the lane. */
export interface CarriedReason {
  readonly text: string;
  /** It was longer than the lane's room, and was cut. */
  readonly truncated: boolean;
}

/** The parts of an answer besides its kind. */
export interface Carried {
  readonly reason?: string | undefined;
  /** The time of a Defer, in ms. */
  readonly retryAfterMs?: number | undefined;
  /** The data of a Reject, encoded; at most `dataBytes`. */
  readonly data?: Uint8Array | undefined;
}

const noWords = new Int32Array(0);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The server's end. It never blocks: its user decides how to wait. */
export class LaneCaller {
  readonly #channel: Channel;
  readonly #bell: Bell;
  #call = 0;
  #count = 0;
  #used = 0;
  /** The last call was seen answered, or its session ended. Kept here, because the session can write to its words. */
  #isFree = true;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#bell = new Bell(channel.control, word.BELL, word.STANCE);
  }

  /** The id of the last call. */
  get call(): number {
    return this.#call;
  }

  /** Frames put into the call so far. */
  get count(): number {
    return this.#count;
  }

  /** Starts a new call. Only valid when the last one is answered, because its memory may still be read until then. */
  begin(): void {
    invariant(this.#isFree, 'a lane is written to only after its last call was seen to be answered');
    this.#count = 0;
    this.#used = 0;
  }

  /** Adds a frame, words `from` up to `to` of `frames`. Returns its place in the call, or -1 if it does not fit. */
  put(frames: Int32Array, from: number, to: number): number {
    const { requestWords, sizes } = this.#channel;
    if (this.#count >= sizes.callMax || this.#used + (to - from) > requestWords.length) return -1;
    // A frame is about 25 words. A loop is faster than `set`, which would need a view for each frame.
    let at = this.#used;
    for (let i = from; i < to; i++) requestWords[at++] = frames[i]!;
    this.#used = at;
    return this.#count++;
  }

  /** Adds all frames of a call that was built elsewhere, words `from` up to `to`. Returns false if they do not fit. */
  putAll(count: number, frames: Int32Array, from: number, to: number): boolean {
    const { requestWords, sizes } = this.#channel;
    if (count > sizes.callMax || to - from > requestWords.length) return false;
    for (let i = from; i < to; i++) requestWords[i - from] = frames[i]!;
    this.#count = count;
    this.#used = to - from;
    return true;
  }

  /** Checks that the session still reads its lane. Answered like a call, between two handlers of the plugin. */
  ping(): void {
    this.begin();
    this.put(noWords, 0, 0);
    this.send(pingHook);
  }

  /** Sends the call and wakes the session if it sleeps. Returns whether it was already awake. */
  send(hook: number): boolean {
    this.place(hook);
    return !this.#bell.ringIfParked();
  }

  /** Puts the call where the session finds it, without waking it. Returns the call's id. */
  protected place(hook: number): number {
    const { control } = this.#channel;
    control[word.CALL_HOOK] = hook;
    control[word.CALL_COUNT] = this.#count;
    control[word.CALL_BYTES] = this.#used * 4;
    this.#call = (this.#call + 1) | 0;
    this.#isFree = false;
    Atomics.store(control, word.CALL, this.#call);
    return this.#call;
  }

  /** Counts for the session a spin of the server in vain. */
  tellSpunInVain(): void {
    Atomics.add(this.#channel.control, word.IN_VAIN, 1);
  }

  /** Whether every verdict of the last call is in place. */
  isAnswered(): boolean {
    const isAnswered = Atomics.load(this.#channel.answered, 0) === this.#call;
    if (isAnswered) this.#isFree = true;
    return isAnswered;
  }

  /** Whether the session is gone and nothing more will come. */
  hasEnded(): boolean {
    const hasEnded = Atomics.load(this.#channel.control, word.LIFE) !== life.OPEN;
    if (hasEnded) this.#isFree = true;
    return hasEnded;
  }

  /** Returns the verdict on the frame at `place` of the last call; NONE if there is none yet. */
  verdict(place: number): VerdictKind {
    invariant(place < this.#count, 'a verdict is read only of a frame that was put into the call');
    return unpackVerdict(this.#call, Atomics.load(this.#channel.verdicts, place));
  }

  /** Returns the reason of a verdict. Its length comes from the session and is not trusted. */
  reason(place: number): CarriedReason {
    const { reasons, reasonWords, sizes } = this.#channel;
    const start = this.#startOf(place);
    const length = Math.min(Math.max(reasonWords[start / 4]!, 0), sizes.reasonBytes);
    const from = start + reasonHeader;
    return {
      // Copied, because the decoder refuses shared memory.
      text: decoder.decode(reasons.slice(from, from + length)),
      truncated: reasonWords[start / 4 + 1] !== 0,
    };
  }

  /** Returns the time of a Defer in ms, which comes from the session: at most `max`, undefined if there is none. */
  retryAfterMs(place: number, max: number): number | undefined {
    const said = this.#channel.reasonWords[this.#startOf(place) / 4 + 2]!;
    return said <= 0 ? undefined : Math.min(said - 1, max);
  }

  /** Returns a private copy of what a Reject carries, as the session has written it; its length is not trusted. */
  data(place: number): Uint8Array {
    const { reasons, reasonWords, sizes } = this.#channel;
    const start = this.#startOf(place);
    const length = Math.min(Math.max(reasonWords[start / 4 + 3]!, 0), sizes.dataBytes);
    const from = start + reasonHeader + sizes.reasonBytes;
    return reasons.slice(from, from + length);
  }

  /** Returns where the reason of a verdict begins, in bytes. */
  #startOf(place: number): number {
    const { sizes } = this.#channel;
    invariant(place >= 0 && place < sizes.callMax, 'a reason is read only of a place of the lane');
    return place * reasonStride(sizes);
  }
}

/** The session's end. */
export class LaneAnswerer {
  readonly #channel: Channel;
  readonly #server: Bell;
  #call = 0;
  /** Number of frames of the call that was accepted last. */
  #count = 0;
  /** The call seen at the last look. */
  #seen = 0;

  constructor(channel: Channel, server: Bell) {
    this.#channel = channel;
    this.#server = server;
  }

  /** Whether there is a call that was not accepted yet. */
  hasCall(): boolean {
    this.#seen = Atomics.load(this.#channel.control, word.CALL);
    return this.#seen !== this.#call;
  }

  /** The id of the call that was accepted last. */
  get call(): number {
    return this.#call;
  }

  /** Accepts the call that `hasCall` has seen. Its frames may be read from `request` until it is finished. */
  accept(): { readonly hook: number; readonly count: number; readonly bytes: number } {
    const { control, sizes } = this.#channel;
    this.#call = this.#seen;
    this.#count = control[word.CALL_COUNT]!;
    const bytes = control[word.CALL_BYTES]!;
    invariant(this.#count > 0 && this.#count <= sizes.callMax, 'a call holds from 1 to callMax frames');
    invariant(bytes >= 0 && bytes <= sizes.requestBytes, 'the frames of a call fit its block');
    return { hook: control[word.CALL_HOOK]!, count: this.#count, bytes };
  }

  /** Number of times that the server has spun for this session in vain. */
  get spunInVain(): number {
    return Atomics.load(this.#channel.control, word.IN_VAIN);
  }

  /** Answers one frame. The answer counts at once, even if the others are never answered. */
  answer(place: number, kind: VerdictKind, carried?: string | Carried): void {
    invariant(place >= 0 && place < this.#count, 'only frames of the call are answered');
    if (carried !== undefined) this.#write(place, typeof carried === 'string' ? { reason: carried } : carried);
    Atomics.store(this.#channel.verdicts, place, packVerdict(this.#call, kind));
  }

  /** Marks the call as answered, and wakes the server if it sleeps. */
  finish(): void {
    Atomics.store(this.#channel.answered, 0, this.#call);
    this.#server.ringIfParked();
  }

  #write(place: number, { reason = '', retryAfterMs, data }: Carried): void {
    const { reasons, reasonWords, sizes } = this.#channel;
    const start = place * reasonStride(sizes);
    // Limited to as many units as bytes, so that a huge reason is not encoded as a whole.
    const encoded = encoder.encode(reason.slice(0, sizes.reasonBytes + 1));
    const length = cutLength(encoded, sizes.reasonBytes);
    reasons.set(encoded.subarray(0, length), start + reasonHeader);
    reasonWords[start / 4] = length;
    reasonWords[start / 4 + 1] = length < encoded.length ? 1 : 0;
    reasonWords[start / 4 + 2] = retryAfterMs === undefined ? 0 : retryAfterMs + 1;
    reasonWords[start / 4 + 3] = data?.length ?? 0;
    if (data === undefined) return;
    invariant(data.length <= sizes.dataBytes, 'what a Reject carries fits its room');
    reasons.set(data, start + reasonHeader + sizes.reasonBytes);
  }
}

/** Returns the longest length of at most `max` bytes that ends between two UTF-8 characters. */
function cutLength(encoded: Uint8Array, max: number): number {
  if (encoded.length <= max) return encoded.length;
  let length = max;
  while (length > 0 && (encoded[length]! & 0xc0) === 0x80) length--;
  return length;
}
