// Signals that end a process of Node, or open a debugger in it, unless somebody listens to them.

import type { Logger } from 'pino';

const ignored = {
  SIGUSR2: 'it means nothing to this server',
  SIGUSR1: 'a debugger is opened by `node --inspect` only, and never by a signal',
} as const;

export function ignoreSignals(logger: Logger): void {
  for (const [name, why] of Object.entries(ignored)) process.on(name, () => logger.warn(`${name} is ignored: ${why}`));
}
