// What is wrong with an event, and where in it.

/** A value that does not fit its codec: says which field, what was expected and what came. */
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

  /** The same error, seen from the value in which the field stands as `name`, such as `recipientKey` or `[3]`. */
  within(name: string): EventError {
    const dot = this.field === '' || this.field.startsWith('[') ? '' : '.';
    return new EventError(this.#complaint, name + dot + this.field);
  }
}

/** What a codec throws when it expected something else. */
export function wrong(expected: string, got: unknown): EventError {
  return new EventError(`expected ${expected}, got ${describe(got)}`);
}

/** What was thrown, with the name of the place that it came from. */
export function placed(error: unknown, name: string): unknown {
  return error instanceof EventError ? error.within(name) : error;
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? 'an array' : typeof value;
}
