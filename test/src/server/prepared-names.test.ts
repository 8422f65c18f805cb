// Usernames and passwords as RFC 8265 prepares them.

import { PreparationError, preparePassword, prepareUsername } from '@gatehouse/support/precis';
import fc from 'fast-check';
import t from 'tap';

t.test('usernames are prepared as in the examples of RFC 8265, 3.5', async (t) => {
  for (const [typed, prepared] of [
    ['juliet@example.com', 'juliet@example.com'],
    ['fussball', 'fussball'],
    ['fu\u00dfball', 'fu\u00dfball'],
    ['\u03c0', '\u03c0'],
    ['\u03a3', '\u03c3'],
    ['\u03c3', '\u03c3'],
    ['\u03c2', '\u03c2'],
  ] as const)
    t.equal(prepareUsername(typed), prepared);
  for (const typed of ['foo bar', '', 'henry\u2163', '\u265a'])
    t.throws(() => prepareUsername(typed), PreparationError);
});

t.test('passwords are prepared as in the examples of RFC 8265, 4.3', async (t) => {
  for (const same of [
    'correct horse battery staple',
    'Correct Horse Battery Staple',
    '\u03c0\u00df\u00e5',
    'Jack of \u2666s',
  ])
    t.equal(preparePassword(same), same);
  t.equal(preparePassword('foo\u1680bar'), 'foo bar');
  for (const typed of ['', 'my cat is a \tby']) t.throws(() => preparePassword(typed), PreparationError);
});

t.test('names that differ by case, width or normal form are one name', async (t) => {
  for (const typed of ['\u00c5lice', '\uff21\u030alice', 'a\u030aLICE', '\u00e5lice'])
    t.equal(prepareUsername(typed), '\u00e5lice');
  t.equal(prepareUsername('\uff76\uff9e'), '\u30ac', 'halfwidth, with its mark');
});

t.test('invisible characters and compatibility forms are in no name', async (t) => {
  for (const hidden of [
    '\u200b',
    '\u00ad',
    '\u034f',
    '\ufe0f',
    '\u3164',
    '\u200d',
    '\u202e',
    '\ufb01',
    '\u212a',
    '\u1160',
    '\u{e0041}',
  ])
    t.throws(() => prepareUsername(`a${hidden}b`), PreparationError, `U+${hidden.codePointAt(0)!.toString(16)}`);
  t.throws(() => prepareUsername('a\u200bb'), { message: 'U+200B is not allowed in it' });
});

t.test('some characters are allowed in their context alone', async (t) => {
  for (const [right, wrong] of [
    ['l\u00b7l', 'a\u00b7l'],
    ['\u0915\u094d\u200d\u0937', '\u0915\u200d\u0937'],
    ['\u0628\u200c\u0628', 'a\u200cb'],
    ['\u0375\u03b1', '\u0375a'],
    ['\u05d0\u05f3', 'a\u05f3'],
    ['\u30a2\u30fb\u30a2', 'a\u30fba'],
    ['\u0628\u0661', '\u0628\u0661\u06f1'],
  ] as const) {
    t.equal(prepareUsername(right), right);
    t.throws(() => prepareUsername(wrong), PreparationError);
  }
});

t.test('a name from right to left obeys the Bidi Rule of RFC 5893', async (t) => {
  for (const right of ['\u05d0\u05d1', '\u05d0\u05d11', '\u05d0-\u05d1\u05b0']) t.equal(prepareUsername(right), right);
  for (const wrong of ['a\u05d0', '\u05d0a', '1\u05d0', '\u05d0-', '\u0661\u0628', '\u0628\u06611'])
    t.throws(() => prepareUsername(wrong), PreparationError);
});

t.test('what is prepared stays as it is when it is prepared again, whatever the text', async (t) => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: fc.integer({ min: 0x80, max: 0x2fff }).map((code) => String.fromCodePoint(code)), maxLength: 4 }),
    fc.string({
      unit: fc.constantFrom('a', 'A', '\u0130', '\u0301', '\uff21', '\u03a3', '\u05d0', ' ', '\u00a0', '\u1e9e'),
      maxLength: 8,
    }),
  );
  for (const prepare of [prepareUsername, preparePassword]) {
    const property = fc.property(texts, (text) => {
      const prepared = attempt(prepare, text);
      return prepared === undefined || prepare(prepared) === prepared;
    });
    t.doesNotThrow(() => fc.assert(property, { numRuns: 3_000 }));
  }
});

t.test('no two names that are prepared differ in case or normal form alone', async (t) => {
  const property = fc.property(fc.string({ unit: 'binary', maxLength: 6 }), (text) => {
    const prepared = attempt(prepareUsername, text);
    return prepared === undefined || (prepared === prepared.toLowerCase() && prepared === prepared.normalize('NFC'));
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 3_000 }));
});

/** Undefined for what cannot be prepared. */
function attempt(prepare: (text: string) => string, text: string): string | undefined {
  try {
    return prepare(text);
  } catch (error) {
    if (error instanceof PreparationError) return undefined;
    throw error;
  }
}
