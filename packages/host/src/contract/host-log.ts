// The log of the host, and the loggers that it can be written to. A logger belongs to whoever embeds the host, so it may
// throw, and it has its own order of a line's parts.

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

type Level = (typeof levels)[number];
type Write = (fieldsOrMessage: object | string, message?: string) => void;

/** The log as the host writes it: fields and a message, or a message alone. */
export type HostLog = Readonly<Record<Level, Write>>;

/** A method of a logger, whatever it takes: see `hostLogOf`. */
export type LogMethod = (...line: never[]) => unknown;

/** The methods that a logger must have. */
export const neededMethods = ['debug', 'info', 'warn', 'error'] as const;

/** A logger with the usual methods. Without `trace` and `fatal`, such lines go to `debug` and `error`. */
export interface HostLogger extends Readonly<Record<(typeof neededMethods)[number], LogMethod>> {
  readonly trace?: LogMethod;
  readonly fatal?: LogMethod;
  readonly child?: LogMethod;
}

/**
 * Returns the log that writes to a logger, or to none. Loggers such as pino and bunyan, which have `child` and `fatal`,
 * get `(fields, message)`; all others, such as `console` and winston, get `(message, fields)`.
 */
export function hostLogOf(logger: HostLogger | false): HostLog {
  if (logger === false) return silent;
  const takesFieldsFirst = logger.child !== undefined && logger.fatal !== undefined && !isWinston(logger);
  // A console would take a plugin's message for a format: with %c in it, the fields and the plugin's name are gone.
  const format = logger instanceof console.Console ? ['%s'] : [];
  const write = (level: Level): Write => {
    const method = methodFor(logger, level);
    const log = logger as unknown as Readonly<Record<Level, (...line: unknown[]) => unknown>>;
    if (takesFieldsFirst) return (...line) => settled(log[method](...line));
    return (first, message) =>
      settled(typeof first === 'string' ? log[method](first) : log[method](...format, message ?? '', first));
  };
  return eachLevel(write);
}

/** One with levels of its own may have `fatal` too. */
function isWinston(logger: HostLogger): boolean {
  return 'transports' in logger;
}

/** Returns the method for lines of a level. `console.trace` would print a stack with every line. */
function methodFor({ trace, fatal }: HostLogger, level: Level): Level {
  if (level === 'trace' && (trace === undefined || trace === (console.trace as LogMethod))) return 'debug';
  return level === 'fatal' && fatal === undefined ? 'error' : level;
}

/** Ignores what an asynchronous logger rejects with, which would end the process: the line is lost. */
function settled(result: unknown): void {
  if (result instanceof Promise) result.catch(() => {});
}

const silent: HostLog = eachLevel(() => () => {});

/**
 * Wraps a log so that it never throws. Most lines are written from the event loop or in the middle of a gate call,
 * where an error would end the process or the call: the line is lost instead. The audit of an admission is not wrapped.
 */
export function harmless(log: HostLog): HostLog {
  return eachLevel((level) => (...line) => {
    try {
      log[level](...line);
    } catch {
      // The event that the line is about has been handled.
    }
  });
}

function eachLevel(write: (level: Level) => Write): HostLog {
  return Object.fromEntries(levels.map((level) => [level, write(level)])) as Record<Level, Write>;
}
