// The limits that faults run under, and how much later than these is still in time on a busy machine. All in ms.

export const limits = {
  /** The gate's. */
  budget: 150,
  deadline: 50,
  innocentDeadline: 100,
  grace: 300,
  start: 1500,
  stop: 1000,
  /** How much later than its budget a gate call may return, and the host's event loop turn. */
  slack: 60,
  /** How long a plugin may take until it serves again, or is given up. */
  settle: 10_000,
  /** How long the end of a plugin or of the host may take. */
  end: 10_000,
  /** How long a host process has for all of it. */
  run: 30_000,
};

export const memoryMb = 64;
