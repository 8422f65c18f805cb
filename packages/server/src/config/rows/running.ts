// Settings: load, closing and the log.

import { oneOf, whole } from '../kinds.js';
import { row } from './setting-row.js';

export const runningSettings = {
  overloadDelayMs: row({
    kind: whole(0, 10_000),
    default: 25,
    about: 'Delay of requests, in ms, above which the server takes fewer at a time and refuses the others; 0: never',
  }),
  drainSeconds: row({
    kind: whole(0, 600),
    default: 5,
    about: 'Time that requests in flight have when the server closes, after which their connections are cut',
  }),
  shutdownSeconds: row({
    kind: whole(1, 600),
    default: 15,
    about: 'Time to close in, after which the process ends anyway',
  }),
  logLevel: row({
    kind: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    about: 'What is logged',
  }),
} as const;
