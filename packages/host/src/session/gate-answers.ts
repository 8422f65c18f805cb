// Answers gate calls: decodes each frame of the lane, asks the plugin, writes the verdict.

import { Cursor } from '@gatehouse/plugin-api/codec';
import { invariant } from '@gatehouse/support/invariant';
import { type LaneAnswerer, pingHook, verdict } from '../channel/index.js';
import { describeThrown } from './describe-thrown.js';
import { type BoundHandler, isThenable, settled } from './handlers.js';
import { carriedBy } from './objection.js';
import type { StackLog } from './output/stack-log.js';
import { hasOwn, objectPrototype } from './taken.js';

export class GateAnswers {
  readonly #lane: LaneAnswerer;
  readonly #frames: Cursor;
  readonly #handlers: readonly (BoundHandler | undefined)[];
  readonly #stacks: StackLog;
  /** The handler of the call in flight. */
  #handler: BoundHandler | undefined;
  /** The call in flight cannot be read, so no answer to it counts. */
  #isUnreadable = false;
  /** Number of async answers of the call in flight that are still outstanding. */
  #pending = 0;

  constructor(
    lane: LaneAnswerer,
    request: Uint8Array,
    handlers: readonly (BoundHandler | undefined)[],
    stacks: StackLog,
  ) {
    this.#stacks = stacks;
    this.#lane = lane;
    this.#frames = new Cursor(request);
    this.#handlers = handlers;
  }

  /** Whether a call waits to be answered, and none is being answered. */
  hasCall(): boolean {
    return this.#pending === 0 && this.#lane.hasCall();
  }

  /** Whether async handlers, which need the event loop, are at work. */
  isAwaiting(): boolean {
    return this.#pending > 0;
  }

  /** Asks the plugin about every frame of the call. Handlers that answer later leave the call open. */
  answerCall(): void {
    const { hook, count, bytes } = this.#lane.accept();
    if (hook === pingHook) {
      this.#pong();
      return;
    }
    const handler = this.#handlers[hook];
    this.#frames.at = 0;
    this.#isUnreadable = false;
    // One more than outstanding, so that immediate answers cannot finish the call early.
    this.#pending = 1;
    if (handler === undefined) this.#giveUp(count, 'the session has no handler for the hook of the call');
    else this.#askAll(handler, count, bytes);
    this.#settle();
  }

  /** Answers the server's check that this loop still turns, without running plugin code. */
  #pong(): void {
    this.#lane.answer(0, verdict.CONTINUE);
    this.#lane.finish();
  }

  #askAll(handler: BoundHandler, count: number, bytes: number): void {
    this.#handler = handler;
    try {
      for (let place = 0; place < count; place++) this.#ask(handler, place);
      invariant(this.#frames.at === bytes, 'the frames of a call are as long as it says');
    } catch (error) {
      this.#giveUp(count, (error as Error).message);
    }
  }

  /** @throws if a frame is wrong, which is not the plugin's fault */
  #ask(handler: BoundHandler, place: number): void {
    const event = handler.codec.read(this.#frames);
    this.#frames.at = (this.#frames.at + 3) & ~3;
    try {
      const answer = handler.call(event);
      if (isThenable(answer)) void this.#await(answer, place);
      else this.#answer(place, answer);
    } catch (error) {
      this.#threw(place, error);
    }
  }

  /**
   * Marks the call as undecided, which is neither a verdict nor a fault of the plugin. Frames have no length field, so
   * if one cannot be read, the others were not events either, and the plugin's answers to them do not count.
   */
  #giveUp(count: number, why: string): void {
    this.#isUnreadable = true;
    for (let place = 0; place < count; place++) this.#lane.answer(place, verdict.UNDECIDED, why);
  }

  async #await(answer: PromiseLike<unknown>, place: number): Promise<void> {
    this.#pending++;
    try {
      this.#answer(place, await settled(answer));
    } catch (error) {
      this.#threw(place, error);
    } finally {
      this.#settle();
    }
  }

  #settle(): void {
    this.#pending--;
    if (this.#pending === 0) this.#lane.finish();
  }

  /** Writes the plugin's answer as a verdict, or as a bad one if it is not an action. */
  #answer(place: number, answer: unknown): void {
    if (this.#isUnreadable) return;
    try {
      const { action } = (answer ?? noAnswer) as { action?: unknown };
      if (action === 'continue' && isSaid(answer)) this.#lane.answer(place, verdict.CONTINUE);
      else this.#object(place, answer);
    } catch (error) {
      this.#threw(place, error);
    }
  }

  /** Writes a Reject or a Defer, or a bad verdict. Reads each member once, because it can be another one each time. */
  #object(place: number, answer: unknown): void {
    const carried = carriedBy(answer, this.#handler?.reject);
    if ('fault' in carried) this.#lane.answer(place, verdict.BAD, carried.fault);
    else this.#lane.answer(place, carried.isDefer ? verdict.DEFER : verdict.REJECT, carried);
  }

  #threw(place: number, error: unknown): void {
    if (this.#isUnreadable) return;
    const words = describeThrown(error);
    this.#lane.answer(place, isWrongReason(error) ? verdict.BAD : verdict.THREW, words);
    this.#stacks.write(this.#handler?.hook ?? '', error);
  }
}

/** Without a prototype, from which it could inherit an action that the plugin did not return. */
const noAnswer: object = Object.freeze(Object.create(null));

/** Whether the action is the answer's own, if the plugin has added one to every object. */
function isSaid(answer: unknown): boolean {
  return !('action' in objectPrototype) || (typeof answer === 'object' && hasOwn(answer as object, 'action'));
}

/** Whether a `Reject` without a reason threw it: then the verdict is wrong. Reading what was thrown may throw again. */
function isWrongReason(error: unknown): error is Error {
  try {
    return error instanceof TypeError && (error as { readonly code?: unknown }).code === 'REASON_INVALID';
  } catch {
    return false;
  }
}
