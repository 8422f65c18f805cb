// A plain logger as fastify wants one.

import type { FastifyBaseLogger } from 'fastify';
import type { PlainLogger } from '../contract/plain-logger.js';

/** Returns a logger for fastify that passes on its infos, warnings and errors. */
export function fastifyLogger(logger: PlainLogger): FastifyBaseLogger {
  const drop = () => {};
  const pass = (level: keyof PlainLogger) => (fields: unknown, message?: unknown) => {
    if (typeof fields === 'string') logger[level]({}, fields);
    else logger[level](fields as object, String(message ?? ''));
  };
  const own: FastifyBaseLogger = {
    level: 'info',
    info: pass('info'),
    warn: pass('warn'),
    error: pass('error'),
    fatal: pass('error'),
    debug: drop,
    trace: drop,
    silent: drop,
    // The fields of a child name the request, which no line of the admin API needs.
    child: () => own,
  };
  return own;
}
