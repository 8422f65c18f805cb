// The bytes of a stored message.

import type { Message } from '@gatehouse/server';
import { decodeMessage, encodeMessage } from '@gatehouse/server/internal/store/message-record';
import fc from 'fast-check';
import t from 'tap';

const bytes = (length: number, byte: number) => Buffer.alloc(length, byte);
const storedAt = (ms: number) => {
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

t.test('records of before there were marks are read as they were written', async (t) => {
  const sealed = Buffer.concat([Buffer.of(0), storedAt(1_000), Buffer.from('payload')]);
  t.strictSame(plain(decodeMessage(sealed)), plain({ storedAt: 1_000, payload: Buffer.from('payload') }));
  const known = Buffer.concat([Buffer.of(1), storedAt(2_000), bytes(32, 7), Buffer.from('payload')]);
  t.strictSame(
    plain(decodeMessage(known)),
    plain({ storedAt: 2_000, senderIdentity: bytes(32, 7), payload: Buffer.from('payload') }),
  );
});

t.test('messages without a mark are written as ever', async (t) => {
  const sealed = encodeMessage({ storedAt: 1_000, payload: Buffer.from('payload') });
  t.ok(sealed.equals(Buffer.concat([Buffer.of(0), storedAt(1_000), Buffer.from('payload')])));
});

t.test('what was written is read again, whatever parts it has', async (t) => {
  const message: fc.Arbitrary<Message> = fc.record(
    {
      payload: fc.uint8Array({ maxLength: 200 }),
      storedAt: fc.nat(),
      senderIdentity: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      admittedWithout: fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
    },
    { requiredKeys: ['payload', 'storedAt'] },
  );
  fc.assert(
    fc.property(message, (message) => {
      t.strictSame(plain(decodeMessage(encodeMessage(message))), plain(message));
    }),
    { numRuns: 200 },
  );
});

t.test('a record of a form that is not known is refused', async (t) => {
  t.throws(() => decodeMessage(Buffer.concat([Buffer.of(4), storedAt(1)])), { message: /unknown form 4/ });
});
