// Calls an unhandled rejection one: Node ends the thread with the error alone, as if it had been thrown.

/** Node's words before a reason that is no error. */
const beforeReason = 'The promise rejected with the reason "';
const nodesCode = 'ERR_UNHANDLED_REJECTION';

/** Rewords the error that ends the thread, if a promise was rejected with it. Runs before the error leaves the thread. */
export function nameRejection(error: unknown, origin: string): void {
  if (origin !== 'unhandledRejection' || !(error instanceof Error)) return;
  try {
    const value = `unhandled rejection: ${saidBy(error)}`;
    Object.defineProperty(error, 'message', { value, configurable: true, writable: true });
    Object.defineProperty(error, 'name', { value: 'Error', configurable: true, writable: true });
  } catch {
    // A frozen error is sent as it is.
  }
}

function saidBy(error: Error): string {
  const { name, message } = error;
  if ((error as { readonly code?: unknown }).code !== nodesCode)
    return name === 'Error' ? message : `${name}: ${message}`;
  const from = message.lastIndexOf(beforeReason);
  if (from < 0) return message;
  const reason = message.slice(from + beforeReason.length).replace(/"?\.?$/, '');
  return `a promise was rejected with "${reason}", which is no error`;
}
