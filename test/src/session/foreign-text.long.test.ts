// Text that a plugin wrote is searched in linear time, on a text that was cut: each search against adversarial texts.

import { placesIn, shortened, wordsOf } from '@gatehouse/host/internal/contract/thrown';
import { describeThrown } from '@gatehouse/host/internal/session/describe-thrown';
import { lineOfHandler } from '@gatehouse/host/internal/supervisor/diagnosis/handler-place';
import t from 'tap';

const long = 10_000_000;

/** Texts on which a pattern may try each place anew for each place. */
const texts: Readonly<Record<string, (length: number) => string>> = {
  'empty lines': (length) => '\n'.repeat(length),
  'lines of spaces': (length) => ' \n'.repeat(length / 2),
  spaces: (length) => ' '.repeat(length),
  'places without end': (length) => '\n    at '.repeat(length / 8),
  'one long place': (length) => `\n    at ${'a'.repeat(length)}`,
  'places of packages': (length) => `\n    at ${'node_modules/.pnpm/'.repeat(length / 19)}`,
  'brackets and schemes': (length) => `\n    at ${'(node:'.repeat(length / 6)}`,
  'names of a hook': (length) => 'onAuth'.repeat(length / 6),
  'names of a hook and spaces': (length) => `onAuth${' '.repeat(100)}`.repeat(length / 106),
  'lines with a name': (length) => '\n.onAuth:'.repeat(length / 9),
};

function errorWith(text: string): Error {
  const error = new Error(text);
  error.stack = `Error: ${text}`;
  return error;
}

const searches: Readonly<Record<string, (text: string) => unknown>> = {
  'the words of what was thrown': (text) => wordsOf(errorWith(text)),
  'the words of what a handler threw': (text) => describeThrown(errorWith(text)),
  'an error that is sent on': (text) => shortened(errorWith(text)),
  'the place of a handler': (text) => lineOfHandler(text, 'onAuth'),
};

function msOf(act: () => unknown): number {
  const from = performance.now();
  act();
  return performance.now() - from;
}

/** What it takes to look at each letter once, on this machine at this moment. */
function scanMs(text: string): number {
  return msOf(() => {
    let spaces = 0;
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 32) spaces++;
    return spaces;
  });
}

for (const [search, act] of Object.entries(searches)) {
  t.test(`${search} costs no more than some looks at each letter, whatever the text`, async (t) => {
    for (const [name, textOf] of Object.entries(texts)) {
      const text = textOf(long);
      // A flat text: what repeats is put together only when it is first read.
      text.charCodeAt(1);
      const tries = Array.from({ length: 3 }, () => ({ scan: scanMs(text), search: msOf(() => act(text)) }));
      const best = tries.reduce((best, one) => (one.search / one.scan < best.search / best.scan ? one : best));
      // A quadratic search of 10 MB takes hours and not some times as long.
      t.ok(best.search < 20 * best.scan + 20, `${name}: ${Math.round(best.search)} ms, a scan takes ${best.scan} ms`);
    }
  });
}

t.test('what is said of an error is bounded, however long its name, message and stack are', async (t) => {
  for (const textOf of Object.values(texts)) {
    const error = errorWith(textOf(100_000));
    error.name = 'N'.repeat(100_000);
    t.ok(wordsOf(error).length < 2000);
    t.ok(describeThrown(error).length < 4000);
    t.ok(JSON.stringify(shortened(error)).length < 40_000);
  }
});

t.test('the place that is the plugin’s is found behind a long message, and among places of others', async (t) => {
  const error = new TypeError('x'.repeat(200_000));
  error.stack = [
    `TypeError: ${error.message}`,
    '    at node:internal/process:1:2',
    '    at async Promise.all (index 0)',
    '    at run (/a/node_modules/.pnpm/piscina@5.3.2/node_modules/piscina/dist/worker.js:1:1)',
    '    at Array.map (<anonymous>)',
    '    at guard (file:///plugins/guard/index.mjs:3:9)',
    '    at other (file:///plugins/guard/other.mjs:1:1)',
  ].join('\n');
  t.match(wordsOf(error), /^TypeError: x+ \(at guard \(\/plugins\/guard\/index\.mjs:3:9\)\)$/);
  t.match(describeThrown(error), /^TypeError: x+ \(at guard \(file:\/\/\/plugins\/guard\/index\.mjs:3:9\)\)$/);
  t.equal(placesIn(error.stack).length, 6);
  t.match(wordsOf(Object.assign(new Error('short'), shortened(error))), /\(at guard/, 'also once it was sent on');
});

t.test('a handler is found where its name begins it, and not where the name is used', async (t) => {
  const text =
    '// onAuth: told\nplugin.onAuth = 1;\nconst monAuth = 2;\nexport default {\n  onAuth \t(event) {},\n};\n';
  t.equal(lineOfHandler(text.replace('onAuth: told', 'nothing'), 'onAuth'), 5);
  t.equal(lineOfHandler('plugin.onAuth();', 'onAuth'), undefined);
});
