// What the supervisor and a plugin's process say to each other; pipe-frames.ts says how it stands in the pipe.

import type { Holds, Unique } from '@gatehouse/support/holds';

/** With the numbers in a frame's body, in their order, and what follows them. */
export const pipeKind = {
  // The supervisor to the process.
  /** What the session is started with, serialized; the very first frame. */
  START: 1,
  /** A gate call, in a pipe of its own: its id, hook, count; its frames. */
  CALL: 2,
  /** An observer event: hook, events dropped before it; its bytes. */
  EVENT: 3,
  // Both ways.
  /** A message of the control plane, serialized. */
  CONTROL: 4,
  // The process to the supervisor.
  /** One verdict of the call in hand: the call's id, place, kind, whether there is a reason; the reason. */
  VERDICT: 5,
  /** The same of the last one: the call is answered. Of a call without frames, its id only. */
  ANSWERED: 6,
  /** Bytes of events read so far, events observed, observers that failed, SERVING as in layout.ts. */
  OBSERVED: 7,
  /** A line of the plugin's log, serialized. */
  RECORD: 8,
  /** What the process is about to end of, serialized. */
  THROWN: 9,
  /** Memory that the process takes, in KiB. */
  MEMORY: 10,
  /** It has started, and has nothing of the plugin in it yet. */
  UP: 11,
} as const;

/** What a process may say to the supervisor; anything else breaks the protocol. */
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

/** The words of a CALL's frame, its length and kind among them. */
export const callWord = { LENGTH: 0, KIND: 1, CALL: 2, HOOK: 3, COUNT: 4, FRAMES: 5 } as const;

/** Descriptors of the process: what is said to it and what it says, its watcher's, and the calls that are put to it. */
export const pipeFd = { SESSION: 3, WATCHER: 4, CALLS: 5 } as const;

/** Share of a ring that may be on its way to the process, so that a slow one fills the ring and not the pipe. */
export const ringsOnTheWay = 1 / 4;

/** What THROWN carries. */
export interface ThrownInProcess {
  /** Absent for what is no error. */
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  readonly text: string;
}

/** A kind that two messages had would be read as the wrong one, and a descriptor that two pipes had as the other. */
export type PipeConstantsHold = Holds<[Unique<typeof pipeKind>, Unique<typeof callWord>, Unique<typeof pipeFd>]>;
