// Foreign text cannot forge a log line.

import fc from 'fast-check';
import t from 'tap';
import { oneLine } from './one-line.js';

t.test('ordinary names of any script stay as they are', async (t) => {
  for (const name of ['ada', 'Zoë Müller', '李小龍', 'user@example.org', '👩‍💻'.slice(0, 2)])
    t.equal(oneLine(name), name);
});

t.test('quotes, backslashes, control characters and marks of direction are escaped', async (t) => {
  t.equal(oneLine("o'neil"), "o\\'neil");
  t.equal(oneLine("x': wrong\nAUDIT: y"), "x\\': wrong\\u{a}AUDIT: y");
  t.equal(oneLine('\u001b[2J\\'), '\\u{1b}[2J\\\\');
  t.equal(oneLine('a\u202eb\u2028c\u0000'), 'a\\u{202e}b\\u{2028}c\\u{0}');
  t.equal(oneLine('\ud83d'), '\\u{d83d}');
});

t.test('a long text is cut', async (t) => {
  t.equal(oneLine('a'.repeat(64)), 'a'.repeat(64));
  t.equal(oneLine('a'.repeat(100_000)), `${'a'.repeat(64)}…`);
});

t.test('whatever the text, the line is short, and no quote in it is without a backslash', async (t) => {
  const property = fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
    const line = oneLine(text);
    const isSafe = line.length <= 64 * 8 + 1 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(line);
    const quotes = line.replaceAll(/\\./gu, '').includes("'");
    return isSafe && !quotes;
  });
  t.doesNotThrow(() => fc.assert(property));
});
