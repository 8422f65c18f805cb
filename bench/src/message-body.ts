// The message as it is posted to the benchmark's server.

import { randomBytes } from 'node:crypto';

export interface MessageBody {
  readonly recipient: string;
  readonly channel: string;
  readonly payload: string;
}

export function randomBody(): MessageBody {
  const text = (bytes: number) => randomBytes(bytes).toString('base64url');
  return { recipient: text(32), channel: text(16), payload: text(96) };
}
