// The log: one JSON object per line, or a readable format on a terminal.

import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { LogOutput, surviveLostOutput } from './log-output.js';

/** A logger with the number of lines that it could not write since the start. */
export type ServerLog = Logger & { readonly lost: number };

const standardOutput = 1;

/** Writes to the standard output. A full disk or a closed pipe only loses lines, which are counted. */
export function createLogger(level: string): ServerLog {
  surviveLostOutput([process.stdout, process.stderr]);
  const output = new LogOutput({
    descriptor: standardOutput,
    ...(process.stdout.isTTY && { format: prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', singleLine: true }) }),
    recovered: (lost, code) => logger.warn({ lost, code }, 'lines of this log were lost'),
  });
  const logger = pino({ level, base: null }, output);
  return Object.defineProperty(logger, 'lost', { get: () => output.lost }) as ServerLog;
}
