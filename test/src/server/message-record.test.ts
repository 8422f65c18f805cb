// The bytes of a stored message.

import type { Message } from '@gatehouse/server';
import { decodeMessage, encodeMessage } from '@gatehouse/server/internal/store/lmdb/message-record';
import fc from 'fast-check';
import t from 'tap';

const bytes = (length: number, byte: number) => Buffer.alloc(length, byte);
const time = (ms: number) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(ms));
  return buffer;
};

/** Compares by content, whatever kind of bytes they are. */
const plain = (message: Message) => ({
  ...message,
  payload: Buffer.from(message.payload).toString('hex'),
  ...(message.senderIdentity && { senderIdentity: Buffer.from(message.senderIdentity).toString('hex') }),
});

t.test('a message of a sealed sender, and one of a sender who is known', async (t) => {
  const times = { storedAt: 1_000, expiresAt: 2_000 };
  const sealed = { ...times, payload: Buffer.from('payload') };
  const head = Buffer.concat([time(1_000), time(2_000)]);
  t.ok(encodeMessage(sealed).equals(Buffer.concat([Buffer.of(0), head, sealed.payload])));
  const known = { ...sealed, senderIdentity: bytes(32, 7) };
  t.ok(encodeMessage(known).equals(Buffer.concat([Buffer.of(1), head, bytes(32, 7), sealed.payload])));
});

t.test('what was written is read again, whatever parts it has', async (t) => {
  const message: fc.Arbitrary<Message> = fc.record(
    {
      payload: fc.uint8Array({ maxLength: 200 }),
      storedAt: fc.nat(),
      expiresAt: fc.nat(),
      senderIdentity: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      admittedWithout: fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
    },
    { requiredKeys: ['payload', 'storedAt', 'expiresAt'] },
  );
  fc.assert(
    fc.property(message, (message) => {
      t.strictSame(plain(decodeMessage(encodeMessage(message))), plain(message));
    }),
    { numRuns: 200 },
  );
});

t.test('a record of a form that is not known is refused', async (t) => {
  t.throws(() => decodeMessage(Buffer.concat([Buffer.of(4), time(1)])), { message: /unknown form 4/ });
});
