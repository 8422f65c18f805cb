// Settings: load, closing and the log.

import { oneOf, whole } from '../kinds.js';
import { row } from './setting-row.js';

export const runningSettings = {
  overloadDelayMs: row({
    live: true,
    kind: whole(0, 10_000),
    default: 25,
    about: 'Delay of requests, in ms, above which the server takes fewer at a time and refuses the others; 0: never',
  }),
  lameDuckSeconds: row({
    live: true,
    kind: whole(0, 600),
    default: 0,
    about: 'Time after a signal to end in which the server reports `draining` and still serves, before it drains',
  }),
  drainSeconds: row({
    live: true,
    kind: whole(0, 600),
    default: 5,
    about: 'Time that requests in flight have when the server closes, after which their connections are cut',
  }),
  shutdownSeconds: row({
    live: true,
    kind: whole(1, 600),
    default: 15,
    about: 'Time to close in, counted from the end of `lameDuckSeconds`, after which the process ends anyway',
  }),
  logLevel: row({
    live: true,
    kind: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    about: 'What is logged',
  }),
} as const;
