// `npm run versions`: runs the suite on each supported version of Node but the current one; arguments after `--` choose
// test files, as for `npm test`.

import { spawn } from 'node:child_process';
import process from 'node:process';
import { prepare } from './prepare.mjs';
import { majorAtHand, majors, nodeOf } from './setup/nodes.mjs';
import { inRoot } from './setup/root.mjs';

const counts = /^(\d+) passed, (\d+) failed$/gm;

/** Runs the suite and shows its output. Resolves to its counts, with one failure if it failed without any. */
function suiteOn({ path }) {
  const child = spawn(path, [inRoot('scripts', 'test.mjs'), ...process.argv.slice(2)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const [, passed = 0, failed = 0] = [...output.matchAll(counts)].at(-1)?.map(Number) ?? [];
      resolve({ passed, failed: failed === 0 && code !== 0 ? 1 : failed });
    });
  });
}

async function main() {
  const count = { passed: 0, failed: 0 };
  for (const major of majors.filter((one) => one !== majorAtHand)) {
    const node = await nodeOf(major);
    if (node === undefined) {
      console.log(`skip  Node ${major} cannot be had here`);
      continue;
    }
    console.log(`\nNode ${node.version}`);
    const { passed, failed } = await suiteOn(node);
    count.passed += passed;
    count.failed += failed;
  }
  console.log(`\n${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}

await prepare();
await main();
