// The logger as the host uses it: it belongs to whoever embeds the host, so it may throw.

import type { Logger } from 'pino';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type HostLog = Pick<Logger, (typeof levels)[number]>;

/**
 * Wraps a logger so that it never throws. Most lines are written from the event loop or in the middle of a gate call,
 * where an error would end the process or the call: the line is lost instead.
 */
export function harmless(logger: HostLog): HostLog {
  const write = (level: (typeof levels)[number]) => {
    return (...line: readonly unknown[]) => {
      try {
        (logger[level] as (...line: readonly unknown[]) => void)(...line);
      } catch {
        // The event that the line is about has been handled.
      }
    };
  };
  return Object.fromEntries(levels.map((level) => [level, write(level)])) as unknown as HostLog;
}
