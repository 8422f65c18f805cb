// The log: one JSON object a line, or something nicer when a person is looking.

import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

export function createLogger(level: string): Logger {
  const options = { level, base: null };
  if (!process.stdout.isTTY) return pino(options);
  return pino(options, PinoPretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true }));
}
