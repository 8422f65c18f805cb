// What `npm run dev` does with a change, shown on a small program and a build of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { root } from './laws/files.js';

/** Says which text it was built from, and that it ends when it is asked to. */
const program = `
  import { text } from './built.mjs';
  process.on('SIGTERM', () => {
    console.log('ends ' + text);
    setTimeout(() => { console.log('ended ' + text); process.exit(0); }, 100);
  });
  console.log('runs ' + text);
  if (text === 'crash') process.exit(3);
  setInterval(() => {}, 1000);
`;

/** Builds by copying; a source that says "broken" has no build. */
const script = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { restarting } from './scripts/watch/restarting.mjs';
  const base = process.argv[1];
  const build = async () => {
    const text = readFileSync(base + '/src/text', 'utf8');
    if (text === 'broken') return false;
    writeFileSync(base + '/built.mjs', 'export const text = ' + JSON.stringify(text));
    return true;
  };
  await build();
  await restarting({ args: [base + '/program.mjs'], folders: [base + '/src'], base, build });
`;

/** Starts to watch, and holds what is printed. */
async function start(t: Test) {
  const base = t.testdir({ 'program.mjs': program, src: { text: 'one' } });
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, base], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => end(child, 'SIGTERM'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** Resolves when the lines have been printed, in whatever order: they come from two processes. */
  const printed = async (...wanted: readonly string[]) => {
    for (const missing = new Set(wanted); missing.size > 0; ) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`never printed: ${[...missing].join(', ')}`);
      missing.delete(value);
    }
  };
  await printed('runs one', 'dev: watching for changes; Ctrl-C ends');
  return { child, printed, save: (text: string) => writeFile(join(base, 'src/text'), text) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  return (await exited)[0];
}

const changed = `dev: changed ${join('src', 'text')}`;

t.test('a change ends the program, which may finish its work, and starts the new build', async (t) => {
  const { save, printed } = await start(t);
  await save('two');
  await printed(changed, 'ends one', 'runs two', 'dev: restarted the server');
});

t.test('a broken build leaves the program running, and the next good one replaces it', async (t) => {
  const { save, printed } = await start(t);
  await save('broken');
  await printed(changed, 'dev: the build is broken; the old server runs on');
  await save('two');
  await printed(changed, 'ends one', 'runs two', 'dev: restarted the server');
});

t.test('a program that ends by itself starts again after the next change', async (t) => {
  const { save, printed } = await start(t);
  await save('crash');
  await printed('dev: the server has ended (exit code 3); it starts again after the next change');
  await save('two');
  await printed('runs two');
});

t.test('Ctrl-C ends the program before the watch ends', async (t) => {
  const { child, printed } = await start(t);
  const ended = end(child, 'SIGINT');
  await printed('ends one');
  // npm sends it once more.
  child.kill('SIGINT');
  await printed('ended one');
  t.equal(await ended, 0);
});
