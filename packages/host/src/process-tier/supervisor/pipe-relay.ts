// Synchronizes a session's channel with the session's process: copies from shared memory into the pipe, and from the
// pipe into shared memory. Independent of plugins. The server mostly writes gate calls itself, see call-pipe.ts; their
// verdicts come through here.
//
// The process is not trusted: a message outside of the protocol is an error, and the process is killed.

import { retryAfterMsMax } from '@gatehouse/plugin-api';
import { invariant } from '@gatehouse/support/invariant';
import {
  Bell,
  type Channel,
  LaneAnswerer,
  lastVerdict,
  RingReader,
  stance,
  type VerdictKind,
  verdict,
  word,
} from '../../channel/index.js';
import { type PipeFrame, pipeFrame, pipeKind, ringsOnTheWay } from '../../channel/pipe/index.js';

/** The pipe for calls, as far as the server does not write to it itself. */
export interface CallsLeft {
  readonly isLeft: boolean;
  write(frame: Uint8Array): void;
}

export class PipeRelay {
  readonly #channel: Channel;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #calls: CallsLeft;
  readonly #bell: Bell;
  readonly #lane: LaneAnswerer;
  readonly #ring: RingReader;
  readonly #mostOnTheWay: number;
  /** Number of frames of the call in hand; 0 while none is known here. */
  #asked = 0;
  /** Bytes of events sent, and those that the process has read. */
  #sent = 0;
  #read = 0;
  #isOver = false;
  readonly #waiting: (() => void)[] = [];

  constructor(channel: Channel, server: Bell, write: (bytes: Uint8Array) => void, calls: CallsLeft) {
    this.#channel = channel;
    this.#write = write;
    this.#calls = calls;
    this.#bell = new Bell(channel.control, word.BELL, word.STANCE);
    this.#lane = new LaneAnswerer(channel, server);
    this.#ring = new RingReader(channel);
    this.#mostOnTheWay = channel.sizes.ringBytes * ringsOnTheWay;
  }

  /** Relays until `stop`. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      this.#pass();
      const count = this.#bell.count();
      this.#bell.setStance(stance.PARKED);
      const rung = this.#hasWork() || this.#isOver ? undefined : this.#bell.waitAsync(count);
      if (rung !== undefined) await rung;
      this.#bell.setStance(stance.BUSY);
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#bell.ring();
  }

  /** Resolves once every waiting event has been sent, so that later messages reach the process after these. */
  async emptied(): Promise<void> {
    while (!this.#isOver && this.#ring.hasFrame()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Handles a message of the process about its work. @throws RangeError */
  take({ kind, body }: PipeFrame): void {
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    if (kind === pipeKind.VERDICT) this.#verdict(view, body);
    else if (kind === pipeKind.ANSWERED) this.#answered(view, body);
    else if (kind === pipeKind.OBSERVED) this.#observed(view);
    else throw new RangeError(`it said something of the kind ${kind}, which there is not`);
  }

  #hasWork(): boolean {
    return this.#canCall() || this.#canTell();
  }

  #canCall(): boolean {
    return this.#asked === 0 && this.#calls.isLeft && this.#lane.hasCall();
  }

  #canTell(): boolean {
    return this.#sent - this.#read < this.#mostOnTheWay && this.#ring.hasFrame();
  }

  #pass(): void {
    if (this.#canCall()) this.#call();
    while (this.#canTell() && this.#ring.next()) this.#event();
    if (!this.#ring.hasFrame()) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #call(): void {
    invariant(this.#asked === 0, 'one call is in hand at a time');
    const { hook, count, bytes } = this.#lane.accept();
    this.#asked = count;
    this.#calls.write(
      pipeFrame(pipeKind.CALL, [this.#lane.call, hook, count], this.#channel.request.subarray(0, bytes)),
    );
  }

  #event(): void {
    const { hook, gap, at, length } = this.#ring;
    this.#write(pipeFrame(pipeKind.EVENT, [hook, gap], this.#channel.ring.subarray(at, at + length)));
    this.#sent += length;
    this.#ring.release();
  }

  #verdict(view: DataView, body: Uint8Array): void {
    this.#expect(view.getInt32(0, true));
    const place = view.getInt32(4, true);
    const kind = view.getInt32(8, true);
    const isKnown = kind > verdict.NONE && kind <= lastVerdict;
    if (place < 0 || place >= this.#asked || !isKnown) throw new RangeError('it answered what it was not asked');
    const retryAfterMs = view.getInt32(16, true);
    const dataLength = view.getInt32(20, true);
    const isCarried = retryAfterMs >= -1 && retryAfterMs <= retryAfterMsMax && dataLength >= 0;
    if (!isCarried || dataLength > this.#channel.sizes.dataBytes || dataLength > body.length - carriedAt) {
      throw new RangeError('its answer carries what it cannot');
    }
    const data = body.subarray(carriedAt, carriedAt + dataLength);
    const reason = view.getInt32(12, true) === 1 ? textOf(body.subarray(carriedAt + dataLength)) : undefined;
    const given = reason === undefined ? undefined : { reason, data, ...(retryAfterMs >= 0 && { retryAfterMs }) };
    this.#lane.answer(place, kind as VerdictKind, given);
  }

  #answered(view: DataView, body: Uint8Array): void {
    this.#expect(view.getInt32(0, true));
    if (body.length > 4) this.#verdict(view, body);
    this.#asked = 0;
    this.#lane.finish();
    if (this.#hasWork()) this.#bell.ringIfParked();
  }

  /** Accepts answers only to the call in hand, which is accepted here first if the server has written it itself. */
  #expect(call: number): void {
    if (this.#asked === 0 && !this.#calls.isLeft && this.#lane.hasCall()) this.#asked = this.#lane.accept().count;
    if (this.#asked === 0 || call !== this.#lane.call) throw new RangeError('it answered what it was not asked');
  }

  #observed(view: DataView): void {
    const { control } = this.#channel;
    const [read, observed, errors, serving] = [0, 4, 8, 12].map((at) => view.getInt32(at, true));
    Atomics.store(control, word.OBSERVED, observed!);
    Atomics.store(control, word.OBSERVER_ERRORS, errors!);
    Atomics.store(control, word.SERVING, serving!);
    // The last account of a process that ends does not contain the bytes read.
    if (read! === -1) return;
    const onTheWay = (this.#sent - read!) | 0;
    if (onTheWay < 0 || onTheWay > this.#sent - this.#read) throw new RangeError('it read what it was not told');
    this.#read = this.#sent - onTheWay;
    this.#bell.ringIfParked();
  }
}

/** Bytes of a verdict before what it carries. */
const carriedAt = 24;
const decoder = new TextDecoder();
const textOf = (bytes: Uint8Array) => decoder.decode(bytes);
