// Bytes and 64-bit numbers as they stand in JSON.

import {
  decodedLength,
  fromBase64url,
  isBase64url,
  isU63,
  isU64,
  toBase64url,
} from '@gatehouse/server/internal/wire/bytes';
import fc from 'fast-check';
import t from 'tap';

t.test('bytes come back as they were', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64url(bytes);
      const same = Buffer.compare(fromBase64url(text), bytes) === 0;
      return same && isBase64url(text) && decodedLength(text) === bytes.length;
    }),
  );
  t.pass();
});

t.test('only one text stands for some bytes', async (t) => {
  const character = fc.constantFrom(...'ABQgwz059_-+/= ');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 9 }), (text) => {
      return isBase64url(text) === (toBase64url(Buffer.from(text, 'base64url')) === text);
    }),
    { numRuns: 5_000 },
  );
  for (const text of ['A', 'AB', 'AAB', 'AA==', 'A A', 'AA\n', '+/+/'])
    t.notOk(isBase64url(text), JSON.stringify(text));
});

t.test('the bytes of a view are its own, not those around it', async (t) => {
  t.equal(toBase64url(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)), Buffer.from([2, 3]).toString('base64url'));
});

t.test('numbers of 63 bits are those of 64 without the upper half', async (t) => {
  for (const text of ['0', '1', '999999999999999999', '9223372036854775807']) t.ok(isU63(text), text);
  for (const text of ['', '-1', '01', '9223372036854775808', '18446744073709551615']) t.notOk(isU63(text), text);
});

t.test('numbers are decimal, plain, and fit 64 bits', async (t) => {
  for (const text of ['0', '1', '18446744073709551615']) t.ok(isU64(text), text);
  for (const text of [
    '',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e3',
    '0x1',
    ' 1',
    '18446744073709551616',
    '99999999999999999999',
  ]) {
    t.notOk(isU64(text), text);
  }
});
