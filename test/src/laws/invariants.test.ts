// Every invariant stands in docs/invariants.md, word for word, with the breakage that it was shown by.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { filesBelow, root } from './files.js';

/** The words of every invariant, with the file that it stands in. */
function invariantsInCode(): readonly string[] {
  const sources = filesBelow('packages').filter((file) => /\/src\/.*\.c?ts$/.test(file));
  return sources.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const calls = [...text.matchAll(/^\s*invariant\(/gm)].length;
    const words = [...text.matchAll(/^\s*invariant\((?:[^;]*?),\s*'([^']+)',?\s*\);/gms)].map(([, words]) => words!);
    t.equal(words.length, calls, `${file}: the words of an invariant are one text, in single quotes`);
    return words.map((one) => `${file.replace(/^packages\//, '')}: ${one}`);
  });
}

/** The same as they stand in the rows of the page, which are: file, words, without it, shown by. */
function invariantsInPage(): readonly string[] {
  const page = readFileSync(join(root, 'docs/invariants.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| `[\w/.-]+\.ts` \|/.test(line));
  return rows.map((row) => {
    const [, file, words, without, shown, end] = row.split('|').map((cell) => cell.trim());
    t.ok(end === '' && without !== '' && shown !== '', `${words}: says what would be without it and what has shown it`);
    return `${file!.replaceAll('`', '')}: ${words}`;
  });
}

t.test('every invariant stands in docs/invariants.md, word for word, and nothing else does', async (t) => {
  t.strictSame([...invariantsInPage()].sort(), [...invariantsInCode()].sort());
});

t.test('every test that docs/invariants.md names is there', async (t) => {
  const page = readFileSync(join(root, 'docs/invariants.md'), 'utf8');
  const named = [...page.matchAll(/`(test\/src\/[^`]+)`/g)].map(([, file]) => file!);
  const files = new Set(filesBelow('test'));
  t.strictSame(
    named.filter((file) => !files.has(file)),
    [],
  );
});
