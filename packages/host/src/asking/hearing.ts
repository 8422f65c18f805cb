// Enters each plugin's answer to each event into the gate call in hand, and counts and reports the faults.

import { retryAfterMsMax } from '@gatehouse/plugin-api';
import { type AnyCodec, readWhole } from '@gatehouse/plugin-api/codec';
import { type CarriedReason, type VerdictKind, verdict } from '../channel/index.js';
import { messageOf } from '../contract/errors.js';
import type { FaultCause } from '../contract/fault.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import type { FaultWatch } from './fault-watch.js';
import type { GateCall } from './gate-call.js';

export class Hearing {
  readonly #call: GateCall<unknown>;
  readonly #hook: string;
  /** The codec of the data that a Reject of the hook carries. */
  readonly #carried: AnyCodec | undefined;
  readonly #watch: FaultWatch;

  constructor(call: GateCall<unknown>, hook: string, watch: FaultWatch, reject?: AnyCodec) {
    this.#carried = reject;
    this.#call = call;
    this.#hook = hook;
    this.#watch = watch;
  }

  /** Takes all verdicts of a session's lane. `silence`: the cause if one is missing; undefined: none may be missing. */
  hear(link: AskedLink, silence: FaultCause | undefined): void {
    const { lane, asked } = link;
    for (let place = 0; place < lane.count; place++) {
      // Read once: the session can write to it again.
      if (!this.#call.isClosed(asked[place]!)) this.#hearVerdict(link, place, lane.verdict(place), silence);
    }
  }

  /** Takes the verdict at a place of the lane, if there is one. Returns whether there is. */
  hearOne(link: AskedLink, place: number): boolean {
    const kind = link.lane.verdict(place);
    if (kind === verdict.NONE) return false;
    this.#hearVerdict(link, place, kind, undefined);
    return true;
  }

  #hearVerdict(link: AskedLink, place: number, kind: VerdictKind, silence: FaultCause | undefined): void {
    if (kind !== verdict.CONTINUE) {
      this.#objects(link, place, kind, silence);
      return;
    }
    link.plugin.tally.continued++;
    this.#call.passes(link.asked[place]!);
  }

  /** The plugin gave no verdict on the event. */
  fault(plugin: AskedPlugin, index: number, cause: FaultCause, detail: string): void {
    plugin.tally.faults[cause]++;
    const policy = plugin.policyOf(cause);
    this.#call.object(index, plugin, { kind: 'fault', cause, policy });
    this.#watch.faulted(plugin, this.#hook, cause, policy, detail);
  }

  /** The host failed to ask the plugin, or to hear it. */
  undecided(plugin: AskedPlugin, index: number, detail: string): void {
    plugin.tally.undecided++;
    this.#call.object(index, plugin, { kind: 'undecided' });
    this.#watch.undecided(plugin.name, this.#hook, detail);
  }

  /** The plugin was not asked, because it cannot keep up with the messages. */
  overloaded(plugin: AskedPlugin, index: number): void {
    plugin.tally.overloaded++;
    this.#call.object(index, plugin, { kind: 'overload' });
  }

  #objects(
    { lane, plugin, asked }: AskedLink,
    place: number,
    kind: VerdictKind,
    silence: FaultCause | undefined,
  ): void {
    const index = asked[place]!;
    if (kind === verdict.REJECT) this.#reject(plugin, index, lane, place);
    else if (kind === verdict.DEFER)
      this.#defer(plugin, index, lane.reason(place), lane.retryAfterMs(place, retryAfterMsMax));
    else if (kind === verdict.THREW) this.fault(plugin, index, 'threw', lane.reason(place).text);
    else if (kind === verdict.BAD) this.fault(plugin, index, 'bad-verdict', lane.reason(place).text);
    else if (kind === verdict.UNDECIDED) this.undecided(plugin, index, lane.reason(place).text);
    else if (silence !== undefined) this.fault(plugin, index, silence, silence === 'timed-out' ? noAnswer(plugin) : '');
    else this.undecided(plugin, index, 'it answered the call, and this event has no verdict');
  }

  /** Decodes the data of a Reject from a private copy. Bytes that are no such data are a wrong verdict. */
  #reject(plugin: AskedPlugin, index: number, lane: AskedLink['lane'], place: number): void {
    const { text, truncated } = lane.reason(place);
    const read = this.#carried === undefined ? nothing : readData(this.#carried, lane.data(place));
    if ('wrong' in read) {
      this.fault(plugin, index, 'bad-verdict', `the data of its Reject is wrong: ${read.wrong}`);
      return;
    }
    plugin.tally.rejected++;
    const carried = read.data === undefined ? {} : { data: read.data };
    this.#call.object(index, plugin, { kind: 'rejected', reason: text, truncated, ...carried });
  }

  #defer(plugin: AskedPlugin, index: number, { text, truncated }: CarriedReason, retryAfterMs?: number): void {
    plugin.tally.deferred++;
    const time = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.#call.object(index, plugin, { kind: 'deferred', reason: text, truncated, ...time });
  }
}

const nothing = { data: undefined };

/** Returns what a plugin did that was asked and did not answer in time. */
export const noAnswer = ({ deadlineMs }: AskedPlugin) =>
  `no answer within its deadline of ${deadlineMs} ms, or what was left of the budget`;

function readData(codec: AnyCodec, bytes: Uint8Array): { readonly data: unknown } | { readonly wrong: string } {
  try {
    return { data: readWhole(codec, bytes) };
  } catch (error) {
    return { wrong: messageOf(error) };
  }
}
