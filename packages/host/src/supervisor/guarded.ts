// Keeps an error in one handler from ending the supervisor's thread, and with it every plugin.
//
// Every timer, event handler and unawaited promise in this thread goes through here. A handler that throws is reported
// and has no other effect: the session that it concerned is judged by its own deadlines.

/** The shortest time between two reports of the same trouble, in ms. */
const reportMs = 10_000;

interface Reported {
  at: number;
  /** Number of unreported repetitions since then. */
  more: number;
}

const reported = new Map<string, Reported>();
let report: (message: string) => void = (message) => process.emitWarning(message);

/** Makes this thread report its troubles to `sink`. Until then they are warnings of the process. */
export function reportTroublesTo(sink: (message: string) => void): void {
  report = sink;
}

/** Reports that `what` went wrong, unless it has just been reported. Never throws. */
export function trouble(what: string, error: unknown): void {
  const now = performance.now();
  const before = reported.get(what);
  if (before !== undefined && now - before.at < reportMs) {
    before.more++;
    return;
  }
  const more =
    before === undefined || before.more === 0 ? '' : ` (and ${before.more} times more since the last report)`;
  reported.set(what, { at: now, more: 0 });
  try {
    report(`${what} failed: ${textOf(error)}${more}`);
  } catch {
    // The port to the host is closed: the thread is about to end.
  }
}

/** Wraps a function so that it reports what it throws, and then returns. */
export function guarded<A extends readonly unknown[]>(what: string, act: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      act(...args);
    } catch (error) {
      trouble(what, error);
    }
  };
}

/** Reports the rejection of a promise that nobody awaits. */
export function unawaited(what: string, promise: Promise<unknown>): void {
  promise.catch((error: unknown) => trouble(what, error));
}

function textOf(error: unknown): string {
  try {
    return String((error as Error | null)?.message ?? error);
  } catch {
    return 'something that has no text';
  }
}
