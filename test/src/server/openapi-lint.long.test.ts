// The OpenAPI document passes the recommended rules of redocly, which is fetched for it and is no dependency.

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { documentOf } from '../support/described.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

const linter = ['--yes', '@redocly/cli@2.14.5'];
// A folder of its own has no configuration that would change the rules.
const run = (folder: string, ...words: readonly string[]) =>
  spawnSync('npx', [...linter, ...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, REDOCLY_TELEMETRY: 'off' },
  });

t.test('it passes the recommended rules of redocly', async (t) => {
  const folder = await tempFolder(t);
  const found = run(folder, '--version');
  if (found.status !== 0) return t.plan(0, `${linter[1]} cannot be had: ${found.stderr.slice(0, 200)}`);
  const { url } = await smallServer(t);
  await writeFile(join(folder, 'client-api.json'), JSON.stringify(await documentOf(url)));
  const { status, stdout, stderr } = run(folder, 'lint', '--extends=recommended', 'client-api.json');
  t.equal(status, 0, `${stdout}\n${stderr}`);
  t.notMatch(stdout + stderr, /warning/i, 'nor has it a warning');
});
