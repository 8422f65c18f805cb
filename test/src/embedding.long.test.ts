// The host inside other tools: those lines of docs/embedding.md that need nothing beyond what the tests have.

import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import t, { type Test } from 'tap';
import { tempFolder } from './support/temp-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const event = '{ recipientKey: new Uint8Array(32), channelId: new Uint8Array(16), payloadLen: 60_000, seq: 1n }';

const plugin = `
  import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';
  export default definePlugin({ onMessageEnqueue: (event) => (event.payloadLen < 50_000 ? Continue : Reject('long')) });
`;
const program = `
  import { createHost } from '@gatehouse/host';
  const host = await createHost({ plugins: ['./plugins'], enabled: ['quiet-hours'], readyMs: 60_000 });
  const { action, cause } = host.onMessageEnqueue(${event});
  console.log('decision:', action, cause);
  await host.close();
`;
const cluster = `
  import cluster from 'node:cluster';
  import { createHost } from '@gatehouse/host';
  const stateFile = './plugins.json';
  if (cluster.isWorker) {
    await createHost({ plugins: ['./plugins'], stateFile }).catch(({ code }) => console.log('second:', code));
    process.exit();
  }
  const host = await createHost({ plugins: ['./plugins'], stateFile });
  cluster.fork().on('exit', () => host.close());
`;
const withoutFastify = `
  import { createHost } from '@gatehouse/host';
  import { loadFastify } from '@gatehouse/host/internal/admin/fastify-peer';
  import { createRequire } from 'node:module';
  console.log('host:', typeof createHost);
  try { loadFastify(createRequire(import.meta.url)); } catch ({ code }) { console.log('admin:', code); }
`;

/** Makes a folder with the host among its modules, and no fastify, and returns a function that runs one of its files. */
async function project(t: Test, files: Readonly<Record<string, string>>) {
  const folder = await tempFolder(t);
  for (const [name, text] of Object.entries({ 'plugins/quiet-hours.mjs': plugin, ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await mkdir(join(folder, 'node_modules/@gatehouse'), { recursive: true });
  for (const name of ['host', 'plugin-api']) {
    await symlink(join(root, 'packages', name), join(folder, 'node_modules/@gatehouse', name));
  }
  const run = async (file: string, ...flags: readonly string[]) => {
    const args = ['--conditions=gatehouse-internal', ...flags, file];
    const ran = promisify(execFile)(process.execPath, args, { cwd: folder, timeout: 60_000 });
    const { stdout, stderr } = await ran.catch((error) => error);
    return `${stdout}\n${stderr}`;
  };
  return { folder, run };
}

t.test('a bundle without the host runs, and one with it is refused at the start', async (t) => {
  const { folder, run } = await project(t, { 'five.mjs': program });
  const bundle = (outfile: string, external: string[]) =>
    build({
      entryPoints: [join(folder, 'five.mjs')],
      outfile: join(folder, outfile),
      bundle: true,
      platform: 'node',
      format: 'esm',
      external,
      logLevel: 'silent',
    });
  await bundle('without.mjs', ['@gatehouse/host']);
  t.match(await run('without.mjs'), 'decision: reject');
  await bundle('with.mjs', []);
  t.match(await run('with.mjs'), /SUPERVISOR_LOST.*leave it out of the bundle/s);
});

const [major = 0] = process.versions.node.split('.').map(Number);
const permission = major < 22 ? '--experimental-permission' : '--permission';

t.test('under permissions the host needs threads, and says so at the start without them', async (t) => {
  const { run } = await project(t, { 'five.mjs': program });
  t.match(await run('five.mjs', permission, '--allow-fs-read=*', '--allow-worker'), 'decision: reject');
  t.match(
    await run('five.mjs', permission, '--allow-fs-read=*'),
    /SUPERVISOR_LOST.*Access to this API has been restricted/s,
  );
});

t.test('two workers of a cluster cannot share a state file', async (t) => {
  const { run } = await project(t, { 'cluster.mjs': cluster });
  t.match(await run('cluster.mjs'), 'second: STATE_FILE_IN_USE');
});

t.test('a server without fastify has the host, and learns at once why it has no admin handler', async (t) => {
  const { run } = await project(t, { 'without-fastify.mjs': withoutFastify });
  const said = await run('without-fastify.mjs');
  t.match(said, 'host: function');
  t.match(said, 'admin: FASTIFY_MISSING');
});
