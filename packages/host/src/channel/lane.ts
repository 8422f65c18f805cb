// Room for one gate call in flight: the server's end asks, the session's end answers frame by frame.

import { invariant } from '@gatehouse/support/invariant';
import { Bell } from './bell.js';
import { type Channel, life, pingHook, reasonHeader, reasonStride, word } from './layout.js';
import { packVerdict, unpackVerdict, type VerdictKind } from './verdict.js';

/** A reason as the lane carries it. */
export interface CarriedReason {
  readonly text: string;
  /** It was longer than the lane holds. */
  readonly truncated: boolean;
}

const noWords = new Int32Array(0);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The server's end. It blocks nowhere itself: whoever asks decides how to wait. */
export class LaneCaller {
  readonly #channel: Channel;
  readonly #bell: Bell;
  #call = 0;
  #count = 0;
  #used = 0;
  /** The last call was seen to be answered, or its session to have ended. Kept here: the session can write to its words. */
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

  /** Starts a new call. Only when the last one is answered: its memory may still be read otherwise. */
  begin(): void {
    invariant(this.#isFree, 'a lane is written to only after its last call was seen to be answered');
    this.#count = 0;
    this.#used = 0;
  }

  /** Adds a frame, words `from` up to `to` of `frames`; its place in the call, or -1 when it does not fit. */
  put(frames: Int32Array, from: number, to: number): number {
    const { requestWords, sizes } = this.#channel;
    if (this.#count >= sizes.callMax || this.#used + (to - from) > requestWords.length) return -1;
    // A frame is some 25 words; a loop beats `set`, which would need a view of its own for each frame.
    let at = this.#used;
    for (let i = from; i < to; i++) requestWords[at++] = frames[i]!;
    this.#used = at;
    return this.#count++;
  }

  /** Takes over the frames of a call that was put together elsewhere, words `from` up to `to`; false when they do not fit. */
  putAll(count: number, frames: Int32Array, from: number, to: number): boolean {
    const { requestWords, sizes } = this.#channel;
    if (count > sizes.callMax || to - from > requestWords.length) return false;
    for (let i = from; i < to; i++) requestWords[i - from] = frames[i]!;
    this.#count = count;
    this.#used = to - from;
    return true;
  }

  /** Asks the session whether it still comes to its lane. Answered as a call is, between two handlers of the plugin. */
  ping(): void {
    this.begin();
    this.put(noWords, 0, 0);
    this.send(pingHook);
  }

  /** Hands the call over and wakes the session if it sleeps; true when it was awake already. */
  send(hook: number): boolean {
    this.place(hook);
    return !this.#bell.ringIfParked();
  }

  /** Puts the call where the session finds it, without waking it; its id. */
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

  /** Tells the session that the server spun for it and nothing came. */
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

  /** What was answered to the frame at `place` of the last call; NONE while nothing was. */
  verdict(place: number): VerdictKind {
    invariant(place < this.#count, 'a verdict is read only of a frame that was put into the call');
    return unpackVerdict(this.#call, Atomics.load(this.#channel.verdicts, place));
  }

  /** The reason that goes with a verdict. Its length is the session's word and is not believed. */
  reason(place: number): CarriedReason {
    const { reasons, reasonWords, sizes } = this.#channel;
    invariant(place >= 0 && place < sizes.callMax, 'a reason is read only of a place of the lane');
    const start = place * reasonStride(sizes);
    const length = Math.min(Math.max(reasonWords[start / 4]!, 0), sizes.reasonBytes);
    const from = start + reasonHeader;
    return {
      // The decoder refuses shared memory, hence the copy.
      text: decoder.decode(reasons.slice(from, from + length)),
      truncated: reasonWords[start / 4 + 1] !== 0,
    };
  }
}

/** The session's end. */
export class LaneAnswerer {
  readonly #channel: Channel;
  readonly #server: Bell;
  #call = 0;
  /** Frames of the call that was accepted last. */
  #count = 0;
  /** The call that was there at the last look. */
  #seen = 0;

  constructor(channel: Channel, server: Bell) {
    this.#channel = channel;
    this.#server = server;
  }

  /** Whether a call has come that was not accepted yet. */
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

  /** How often the server has spun for this session in vain. */
  get spunInVain(): number {
    return Atomics.load(this.#channel.control, word.IN_VAIN);
  }

  /** Answers one frame. It counts at once, also when the others are never answered. */
  answer(place: number, kind: VerdictKind, reason?: string): void {
    invariant(place >= 0 && place < this.#count, 'only frames of the call are answered');
    if (reason !== undefined) this.#writeReason(place, reason);
    Atomics.store(this.#channel.verdicts, place, packVerdict(this.#call, kind));
  }

  /** Says that every frame has its verdict, and wakes the server if it sleeps. */
  finish(): void {
    Atomics.store(this.#channel.answered, 0, this.#call);
    this.#server.ringIfParked();
  }

  #writeReason(place: number, reason: string): void {
    const { reasons, reasonWords, sizes } = this.#channel;
    const start = place * reasonStride(sizes);
    // No more units than bytes can matter, so that a huge reason is not encoded whole.
    const encoded = encoder.encode(reason.slice(0, sizes.reasonBytes + 1));
    const length = cutLength(encoded, sizes.reasonBytes);
    reasons.set(encoded.subarray(0, length), start + reasonHeader);
    reasonWords[start / 4] = length;
    reasonWords[start / 4 + 1] = length < encoded.length ? 1 : 0;
  }
}

/** The longest length of at most `max` bytes that ends between two characters of UTF-8. */
function cutLength(encoded: Uint8Array, max: number): number {
  if (encoded.length <= max) return encoded.length;
  let length = max;
  while (length > 0 && (encoded[length]! & 0xc0) === 0x80) length--;
  return length;
}
