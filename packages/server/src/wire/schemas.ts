// The building blocks of the routes' schemas.

import { Type } from 'typebox';
import type { formats } from './formats.js';

function formatted(format: keyof typeof formats, description: string, more: object = {}) {
  return Type.String({ format, description, ...more });
}

export const Username = formatted(
  'username',
  'Up to 64 letters, digits and . _ - + @, beginning with a letter or a digit. Names that differ by case, width or ' +
    'normal form alone are one name (RFC 8265, UsernameCaseMapped)',
  { examples: ['alice'] },
);
export const IdentityKey = formatted('identity-key', 'Ed25519 public key, 32 bytes as base64url', {
  examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
});
export const ChannelId = formatted('channel-id', '16 bytes as base64url', { examples: ['AAECAwQFBgcICQoLDA0ODw'] });
export const Signature = formatted('signature', 'Ed25519 signature, 64 bytes as base64url', {
  examples: ['5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc-bRr0lv18FlbviRlUUFDjnoQCw'],
});
export const LoginId = formatted('login-id', 'Ties the two steps of a login together; works once', {
  examples: ['EBESExQVFhcYGRobHB0eHw'],
});
export const U64 = formatted('u64', 'Unsigned 64-bit number as a decimal string', { examples: ['42'] });
/** A number of a message that a client sends: none is higher. */
export const U63 = formatted('u63', 'Unsigned 63-bit number as a decimal string', { examples: ['42'] });
export const Payload = formatted('base64url', 'Encrypted payload as base64url', { examples: ['aGVsbG8'] });
export const IdempotencyKey = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  description: "Of the sender's own making; a message that is sent again with the same key is stored once",
  examples: ['0b2f4a1e-5f0d-4c8e-9a57-3f1c1d2e6b90'],
});
export const OpaqueMessage = formatted('base64url', 'A message of the OPAQUE protocol as base64url', {
  minLength: 1,
  maxLength: 1024,
  examples: ['CrzyTDZhLB6NVRjXOgVpLb4J0Ry0ZOT8DTqD9ilXmkM'],
});

export const Timestamp = Type.String({ description: 'RFC 3339', examples: ['2026-01-31T12:00:00.000Z'] });

/** An object with only the named members: a misspelt member is an error, and not silently a default. */
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
    retryAfter: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Seconds after which trying again makes sense, as in Retry-After' }),
    ),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'Where in the body (RFC 6901)' }),
          detail: Type.String({ description: 'What is wrong there' }),
        }),
        { description: 'The faults of a body, up to 8; only of `INVALID_REQUEST`' },
      ),
    ),
  },
  { additionalProperties: true, description: 'RFC 9457 problem document' },
);
