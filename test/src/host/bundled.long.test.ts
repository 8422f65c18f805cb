// A host that is bundled with its program, and so has no files of its own, refuses to start and says what to do.

import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const program = (folder: string, strict: boolean) => `
  import { createHost } from '@gatehouse/host';
  createHost({ plugins: [${JSON.stringify(folder)}], enabled: ['lets-pass'], strict: ${strict}, readyMs: 60_000 }).then(
    async (host) => { console.log(JSON.stringify(host.ask('onMessageEnqueue', event))); await host.close(); },
    ({ name, code, message }) => console.log(JSON.stringify({ name, code, message })),
  );
  const event = { recipientKey: new Uint8Array(32), channelId: new Uint8Array(16), payloadLen: 1, seq: 1n };
`;

/** Bundles a program with the host, runs it until it exits by itself, and returns what it printed. */
async function bundled(t: Test, format: 'esm' | 'cjs', strict: boolean, external: readonly string[] = []) {
  const plugin = "export default { apiVersion: 1, onMessageEnqueue: () => ({ action: 'continue' }) };";
  const folder = await tempFolder(t, { 'plugins/lets-pass.mjs': plugin });
  // Beside this file, what is left out of the bundle is found.
  const outfile = join(
    external.length > 0 ? import.meta.dirname : folder,
    `bundled-${process.pid}.${format === 'esm' ? 'mjs' : 'cjs'}`,
  );
  const stdin = { contents: program(join(folder, 'plugins'), strict), resolveDir: import.meta.dirname };
  await build({
    stdin,
    outfile,
    format,
    bundle: true,
    platform: 'node',
    external: [...external],
    logLevel: 'error',
    conditions: [],
  });
  t.teardown(() => rm(outfile, { force: true }));
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { timeout: 60_000 });
  return JSON.parse(stdout);
}

for (const format of ['esm', 'cjs'] as const) {
  for (const strict of [false, true]) {
    t.test(`bundled as ${format}, ${strict ? 'strict' : 'not strict'}, a host rejects with what to do`, async (t) => {
      t.match(await bundled(t, format, strict), {
        name: 'GatehouseError',
        code: 'SUPERVISOR_LOST',
        message: /^no plugin can run, because .*cannot start: .*esbuild: --external:@gatehouse\/host/,
      });
    });
  }
}

t.test('what it says to do helps: left out of the bundle, the host serves', async (t) => {
  t.same(await bundled(t, 'esm', true, ['@gatehouse/host']), { action: 'continue' });
});
