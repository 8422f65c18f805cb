// The pieces that the schemas of the routes are made of.

import { Type } from 'typebox';
import type { formats } from './formats.js';

function formatted(format: keyof typeof formats, description: string, more: object = {}) {
  return Type.String({ format, description, ...more });
}

export const Username = formatted(
  'username',
  'Up to 64 letters, digits and . _ - + @, in Unicode normal form C, beginning with a letter or a digit',
);
export const IdentityKey = formatted('identity-key', 'Ed25519 public key, 32 bytes as base64url');
export const ChannelId = formatted('channel-id', '16 bytes as base64url');
export const Signature = formatted('signature', 'Ed25519 signature, 64 bytes as base64url');
export const LoginId = formatted('login-id', 'Ties the two steps of a login together; works once');
export const U64 = formatted('u64', 'Unsigned 64-bit number as a decimal string');
export const Payload = formatted('base64url', 'Encrypted payload as base64url');
export const IdempotencyKey = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  description: "Of the sender's own making; a message that is sent again with the same key is stored once",
});
export const OpaqueMessage = formatted('base64url', 'A message of the OPAQUE protocol as base64url', {
  minLength: 1,
  maxLength: 1024,
});

/** An object without any member that is not named: a misspelt one is an error, not a default. */
export function Exactly<P extends Parameters<typeof Type.Object>[0]>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; what a program should look at' }),
    detail: Type.Optional(Type.String()),
  },
  { additionalProperties: true, description: 'RFC 9457 problem document' },
);

const problemContent = { 'application/problem+json': { schema: ProblemSchema } };

/** The answers that any route may give beside its own. */
export const problemAnswers = {
  '4xx': { description: 'What is wrong with the request', content: problemContent },
  '5xx': { description: 'What the server could not do', content: problemContent },
};

export const bearer = [{ bearer: [] }];
