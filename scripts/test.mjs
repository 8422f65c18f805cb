// `npm test`: everything, or with `npm test -- codec` the test files whose path contains one of the words.

import { prepareAndReport } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';
import { run } from './setup/step.mjs';
import { testFiles } from './suite/test-files.mjs';

const filters = process.argv.slice(2);
const count = { passed: 0, failed: 0 };

function add(passed, failed) {
  count.passed += passed;
  count.failed += failed;
}

async function lint() {
  const { code, output } = await run(process.execPath, [
    inRoot('node_modules/@biomejs/biome/bin/biome'),
    'ci',
    '--colors=off',
  ]);
  console.log(code === 0 ? 'ok    lint' : `FAIL  lint\n${output}`);
  add(code === 0 ? 1 : 0, code === 0 ? 0 : 1);
}

async function suite(files) {
  // Imported late: before the preparation there may be no tap.
  const { runTests } = await import('./suite/run-tests.mjs');
  const { passed, failed } = await runTests(files, { titles: filters.length > 0 });
  add(passed, failed);
}

async function main() {
  const startedAt = Date.now();
  const built = await prepareAndReport();
  if (!built) add(0, 1);
  if (filters.length === 0) await lint();
  const files = testFiles(filters);
  if (files.length === 0) {
    console.log(`FAIL  no test file ${filters.length > 0 ? `matches ${filters.join(' ')}` : 'was found'}`);
    add(0, 1);
  }
  // Of a broken build the other half may still be worth testing, for who works on that half.
  else if (built || filters.length > 0) await suite(files);
  console.log(`\n${files.length} test files in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}

await main();
