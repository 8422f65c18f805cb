// The logger as the host uses it: it belongs to whoever embeds the host, so it may throw.

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

type Level = (typeof levels)[number];
type Write = (fieldsOrMessage: object | string, message?: string) => void;

/** The part of a pino logger that is used. */
export type HostLog = Readonly<Record<Level, Write>>;

/**
 * Wraps a logger so that it never throws. Most lines are written from the event loop or in the middle of a gate call,
 * where an error would end the process or the call: the line is lost instead. The audit of an admission is not wrapped.
 */
export function harmless(logger: HostLog): HostLog {
  const write = (level: Level): Write => {
    return (...line) => {
      try {
        logger[level](...line);
      } catch {
        // The event that the line is about has been handled.
      }
    };
  };
  return Object.fromEntries(levels.map((level) => [level, write(level)])) as Record<Level, Write>;
}
