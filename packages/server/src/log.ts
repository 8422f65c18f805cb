// The log: one JSON object a line, or something nicer when a person is looking.

import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { LogOutput, surviveLostOutput } from './log-output.js';

/** A logger with the number of its lines that could not be written, since the start. */
export type ServerLog = Logger & { readonly lost: number };

const standardOutput = 1;

/** Writes to the standard output. A full disk or a closed pipe costs lines, which are counted, and nothing else. */
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
