// Opens a port, or explains why it cannot be opened to the person who starts the server.

import type { FastifyInstance } from 'fastify';

export interface Listening {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
}

export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** The error code of the system. */
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const known: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EACCES: 'the server has no permission to',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/**
 * Resolves to the URL. `settings` names the settings that give address and port. Listens at one address: for `localhost`,
 * fastify would create a second server for ::1 without the limits, the drain and the certificate of the first.
 * @throws ListenError
 */
export async function listen(app: FastifyInstance, { address, port }: Listening, settings: string): Promise<string> {
  try {
    return await app.listen({ host: address === 'localhost' ? '127.0.0.1' : address, port });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const why = known[code] === undefined ? message : `${known[code]} (${code})`;
    throw new ListenError(code, `port ${port} of ${address} (${settings}) cannot be opened: ${why}`, error);
  }
}
