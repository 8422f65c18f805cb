// The tour shows what it says, notices when something is not so, and leaves nothing behind.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { chapters } from './chapters.js';

const program = fileURLToPath(new URL('main.js', import.meta.url));

/** Starts the tour as a process, with a folder for temporary files that nobody else uses. */
async function start(t: Test, ...options: readonly string[]) {
  const temporary = await tempFolder(t);
  const tour = spawn(process.execPath, [program, ...options], {
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, GATEHOUSE_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => tour.kill());
  return { tour, left: () => readdir(temporary) };
}

async function run(t: Test, ...options: readonly string[]) {
  const { tour, left } = await start(t, ...options);
  const [output, errors, [code]] = await Promise.all([text(tour.stdout), text(tour.stderr), once(tour, 'close')]);
  return { code: code as number, output, errors, left: await left() };
}

t.test('the tour shows every chapter, ends with 0, and leaves nothing behind', async (t) => {
  const { code, output, errors, left } = await run(t);
  t.equal(code, 0, code === 0 ? 'ends with 0' : output);
  t.equal(errors, '');
  for (const { title } of chapters) t.match(output, `ok        ${title}`);
  for (const line of [
    /logs in with a wrong password +401 LOGIN_FAILED\n/,
    /AUDIT: failed login for 'alice': wrong password\n/,
    /sends 65 bytes +403 REJECTED_BY_HOOK: payload too large: 65 > 64 bytes\n/,
    /sends 65 bytes +stored, seq 4\n/,
    /403 REJECTED_BY_HOOK: slow mode: three messages a minute\n/,
    /sends 13 bytes +503 HOOK_UNAVAILABLE, Retry-After: 1\n/,
    /crashes: 1, restarted after: .*exit/,
    /500 bytes +403 REJECTED_BY_HOOK: payload too large: 500 > 64 bytes\n/,
    /All as it should be/,
  ]) {
    t.match(output, line);
  }
  t.notMatch(output, '[login-auditor]', 'the log of the server is kept out of the way');
  t.notMatch(output, '\u001b', 'no colours for what is no terminal');
  t.strictSame(left, []);
});

t.test('a message that passes because its guard is missing fails the tour, which says so', async (t) => {
  const { code, output, left } = await run(t, '--without', 'payload-limiter', '--verbose');
  t.equal(code, 1, code === 1 ? 'ends with 1' : output);
  t.match(output, /✗ alice +sends 65 bytes +expected 403 REJECTED_BY_HOOK, got no problem\n/);
  t.match(output, /ok +A message is sent/);
  t.match(output, /FAILED +A plugin refuses a message/);
  t.match(output, /not shown +A plugin crashes/);
  t.match(output, /Not as it should be/);
  t.match(output, /^ {4}\[login-auditor\] AUDIT: failed login for /m, 'the log, as --verbose says');
  t.strictSame(left, []);
});

t.test('a tour that is interrupted ends its server and leaves nothing behind', async (t) => {
  const { tour, left } = await start(t);
  let output = '';
  tour.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (output.includes(chapters[2]!.title)) tour.kill('SIGINT');
  });
  const [code] = await once(tour, 'close');
  t.equal(code, 130);
  t.strictSame(await left(), []);
  const url = /http:\S+(?=,)/.exec(output)?.[0];
  // Killed as the tour's last act, it may be there for another moment.
  while ((await refusalOf(`${url}/livez`)) !== 'ECONNREFUSED');
});

t.test('a server that dies in the middle fails the tour at once', async (t) => {
  const { tour, left } = await start(t);
  let output = '';
  tour.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    const server = /starts as process (\d+) /.exec(output)?.[1];
    if (server && output.includes(chapters[2]!.title)) endIfThere(Number(server));
  });
  const [code] = await once(tour, 'close');
  t.equal(code, 1);
  t.match(output, /Not as it should be/);
  t.strictSame(await left(), []);
});

/** Why nothing answers there; undefined when something does. */
function refusalOf(url: string): Promise<string | undefined> {
  return fetch(url).then(
    () => undefined,
    (error: Error) => (error.cause as { code?: string } | undefined)?.code,
  );
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was told before.
  }
}

t.test('an option that there is not is told, with those that there are', async (t) => {
  t.match(await run(t, '--wihtout', 'noop'), { code: 2, errors: /wihtout.*usage: npm run tour/s });
});
