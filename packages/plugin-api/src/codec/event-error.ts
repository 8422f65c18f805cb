// The error of an invalid event, with the place of the error in it.

/** The error of a value that does not fit its codec: names the field, the expectation and the value. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly code = 'EVENT_INVALID';
  /** Path of the offending field inside the event, such as `recipientKey` or `[3].seq`; empty for the event itself. */
  readonly field: string;
  readonly #complaint: string;

  constructor(complaint: string, field = '') {
    super(`${field || 'event'}: ${complaint}`);
    this.#complaint = complaint;
    this.field = field;
  }

  /** Returns the same error, seen from the value that contains the field as `name`, such as `recipientKey` or `[3]`. */
  within(name: string): EventError {
    const dot = this.field === '' || this.field.startsWith('[') ? '' : '.';
    return new EventError(this.#complaint, name + dot + this.field);
  }
}

/** Creates the error that a codec throws for an unexpected value. */
export function wrong(expected: string, got: unknown): EventError {
  return new EventError(`expected ${expected}, got ${describe(got)}`);
}

/** Returns the error with the name of its place added. */
export function placed(error: unknown, name: string): unknown {
  return error instanceof EventError ? error.within(name) : error;
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? 'an array' : typeof value;
}
