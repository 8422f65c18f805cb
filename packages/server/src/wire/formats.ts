// The string formats of the client API: one table, used by the validation and shown in the OpenAPI document.

import { decodedLength, isBase64url, isU63, isU64 } from './bytes.js';

/** Letters and digits of any script first, then also `. _ - + @`. What of them may be a new name: support/precis.ts. */
const username = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._+@-]{0,63}$/u;

function bytes(length: number): (text: string) => boolean {
  return (text) => isBase64url(text) && decodedLength(text) === length;
}

export const formats = {
  username: (text: string) => username.test(text),
  'identity-key': bytes(32),
  'channel-id': bytes(16),
  signature: bytes(64),
  'login-id': bytes(16),
  base64url: isBase64url,
  u63: isU63,
  u64: isU64,
} as const satisfies Record<string, (text: string) => boolean>;

/** What a text has to be, where the name of its format does not tell. */
export const formatMeanings: { readonly [F in keyof typeof formats]?: string } = {
  u63: 'a whole number from 0 to 9223372036854775807, as a string',
};
