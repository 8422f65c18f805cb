// The bytes of a stored message.

import { crc32 } from 'node:zlib';
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
const plain = (message: Message & { readonly ordinal?: number }) => ({
  ...message,
  payload: Buffer.from(message.payload).toString('hex'),
  ...(message.senderIdentity && { senderIdentity: Buffer.from(message.senderIdentity).toString('hex') }),
});

const key = bytes(56, 1);

/** What is written, and the checksum after it. */
const sealed = (record: Buffer) => {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(record, crc32(key)));
  return Buffer.concat([record, checksum]);
};

t.test('a message of a sealed sender, and one of a sender who is known', async (t) => {
  const times = { storedAt: 1_000, expiresAt: 2_000 };
  const message = { ...times, payload: Buffer.from('payload') };
  const head = Buffer.concat([time(1_000), time(2_000), time(7)]);
  const expected = sealed(Buffer.concat([Buffer.of(4), head, message.payload]));
  t.ok(encodeMessage(key, message, 7).equals(expected));
  const known = { ...message, senderIdentity: bytes(32, 7) };
  const expectedKnown = sealed(Buffer.concat([Buffer.of(5), head, bytes(32, 7), message.payload]));
  t.ok(encodeMessage(key, known, 7).equals(expectedKnown));
});

t.test('a record of the older form, without an ordinal and a checksum, is read', async (t) => {
  const head = Buffer.concat([time(1_000), time(2_000)]);
  const payload = Buffer.from('payload');
  const older = decodeMessage(key, Buffer.concat([Buffer.of(1), head, bytes(32, 7), payload]));
  t.strictSame(plain(older), plain({ storedAt: 1_000, expiresAt: 2_000, senderIdentity: bytes(32, 7), payload }));
});

t.test('what was written is read again, whatever parts it has', async (t) => {
  const message: fc.Arbitrary<Message> = fc.record(
    {
      payload: fc.uint8Array({ maxLength: 200 }),
      storedAt: fc.maxSafeNat(),
      expiresAt: fc.maxSafeNat(),
      revision: fc.maxSafeNat(),
      senderIdentity: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      admittedWithout: fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
    },
    { requiredKeys: ['payload', 'storedAt', 'expiresAt'] },
  );
  fc.assert(
    fc.property(message, fc.maxSafeNat(), (message, ordinal) => {
      const read = decodeMessage(key, encodeMessage(key, message, ordinal));
      t.strictSame(plain(read), plain({ ...message, ordinal }));
    }),
    { numRuns: 200 },
  );
});

t.test('a record of a form that is not known is refused', async (t) => {
  t.throws(() => decodeMessage(key, Buffer.concat([Buffer.of(16), time(1)])), { message: /unknown form 16/ });
});
