// The messages between the supervisor and a plugin's process; see pipe-frames.ts for their format.

import type { Holds, Unique } from '@gatehouse/support/holds';

/** The kinds, each with the numbers in the frame's body, in their order, and the bytes after them. */
export const pipeKind = {
  // The supervisor to the process.
  /** The session's start data, serialized; the very first frame. */
  START: 1,
  /** A gate call, in a pipe of its own: its id, hook, count; its frames. */
  CALL: 2,
  /** An observer event: hook, events dropped before it; its bytes. */
  EVENT: 3,
  // Both ways.
  /** A message of the control plane, serialized. */
  CONTROL: 4,
  // The process to the supervisor.
  /**
   * One verdict of the call in hand: the call's id, place, kind, whether there is a reason, retryAfterMs or -1, length of the
   * data; the data, the reason.
   */
  VERDICT: 5,
  /** The last verdict, after which the call is answered. For a call without frames, its id only. */
  ANSWERED: 6,
  /** Bytes of events read so far, events observed, observers that failed, SERVING as in layout.ts. */
  OBSERVED: 7,
  /** A line of the plugin's log, serialized. */
  RECORD: 8,
  /** The cause of the process's imminent end, serialized. */
  THROWN: 9,
  /** Memory of the process, in KiB. */
  MEMORY: 10,
  /** It has started, without any code of the plugin yet. */
  UP: 11,
} as const;

/** The kinds that a process may send to the supervisor. Anything else breaks the protocol. */
const saidByProcess: ReadonlySet<number> = new Set([
  pipeKind.CONTROL,
  pipeKind.VERDICT,
  pipeKind.ANSWERED,
  pipeKind.OBSERVED,
  pipeKind.RECORD,
  pipeKind.THROWN,
  pipeKind.MEMORY,
  pipeKind.UP,
]);

export function isSaidByProcess(kind: number): boolean {
  return saidByProcess.has(kind);
}

/** The words of a CALL's frame, including its length and kind. */
export const callWord = { LENGTH: 0, KIND: 1, CALL: 2, HOOK: 3, COUNT: 4, FRAMES: 5 } as const;

/** Descriptors of the process: the pipe for messages in both directions, its watcher's, and the one for calls. */
export const pipeFd = { SESSION: 3, WATCHER: 4, CALLS: 5 } as const;

/** Share of a ring that may be on its way to the process, so that a slow process fills the ring instead of the pipe. */
export const ringsOnTheWay = 1 / 4;

/** The content of THROWN. */
export interface ThrownInProcess {
  /** Absent if it is not an error. */
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  readonly text: string;
}

/** Kinds, words and descriptors are distinct, so none is read as another one. */
export type PipeConstantsHold = Holds<[Unique<typeof pipeKind>, Unique<typeof callWord>, Unique<typeof pipeFd>]>;
