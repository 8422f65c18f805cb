// `npm test`: runs the suite, or with `npm test -- codec` the test files whose path contains one of the words, even
// those of the long suite. `--long` runs the long suite; `--watch` runs the chosen files again after each change.

import { prepareAndReport, prepareDependencies } from './prepare.mjs';
import { run } from './setup/step.mjs';
import { linters } from './suite/linters.mjs';
import { testFiles } from './suite/test-files.mjs';

const isLong = process.argv.includes('--long');
const filters = process.argv.slice(2).filter((argument) => argument !== '--watch' && argument !== '--long');
/** Time limit of a file of the long suite: some install packages again and again. */
const longMs = 300_000;
const count = { passed: 0, failed: 0 };

function add(passed, failed) {
  count.passed += passed;
  count.failed += failed;
}

/** Resolves to the lines to print for each linter, beginning with `ok` or `FAIL`. */
async function lint() {
  const tools = Object.entries(linters('--colors=off'));
  return Promise.all(
    tools.map(async ([name, args]) => {
      const { code, output } = await run(process.execPath, args);
      return code === 0 ? `ok    lint: ${name}` : `FAIL  lint: ${name}\n${output}`;
    }),
  );
}

/** Builds, and lints meanwhile: the compiler does not keep all cores busy. Resolves to true if the build succeeded. */
async function prepareAndLint() {
  await prepareDependencies();
  const linting = filters.length === 0 && !isLong ? lint() : [];
  const built = await prepareAndReport();
  if (!built) add(0, 1);
  for (const result of await linting) {
    console.log(result);
    add(result.startsWith('ok') ? 1 : 0, result.startsWith('ok') ? 0 : 1);
  }
  return built;
}

async function suite(files) {
  // Imported late: before the preparation there may be no tap.
  const { runTests } = await import('./suite/run-tests.mjs');
  const limit = isLong ? { timeoutMs: longMs } : {};
  const { passed, failed } = await runTests(files, { titles: filters.length > 0, ...limit });
  add(passed, failed);
}

async function main() {
  const startedAt = Date.now();
  const built = await prepareAndLint();
  const files = testFiles(filters, { long: isLong });
  if (files.length === 0) {
    console.log(`FAIL  no test file ${filters.length > 0 ? `matches ${filters.join(' ')}` : 'was found'}`);
    add(0, 1);
  }
  // If the build is broken, chosen tests of the other half may still be useful.
  else if (built || filters.length > 0) await suite(files);
  if (!built) console.log('\nFAIL  the build, see above: what ran may be older than the sources');
  const noun = files.length === 1 ? 'file' : 'files';
  console.log(`\n${files.length} test ${noun} in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}

if (process.argv.includes('--watch')) {
  const { watchTests } = await import('./watch/watch-tests.mjs');
  await watchTests(filters);
} else await main();
