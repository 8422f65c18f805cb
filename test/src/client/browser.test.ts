// The client as a browser loads it: bundled without anything of Node's, run with nothing but a browser's globals, and run
// in a real browser where there is one.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import t from 'tap';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';
import { wayTo } from './way.js';

const program = fileURLToPath(new URL('../../fixtures/browser-client/program.js', import.meta.url));
const worker = fileURLToPath(import.meta.resolve('@gatehouse/client/internal/opaque/browser/worker'));
const page = '<!doctype html><title>Gatehouse</title><script type="module" src="/program.js"></script>';
const said = '3 and 100000';

/** esbuild resolves nothing of Node's for a browser: an import of it fails the build. */
async function bundled(format: 'esm' | 'iife'): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: { program, worker },
    bundle: true,
    write: false,
    outdir: 'out',
    platform: 'browser',
    format,
    nodePaths: [fileURLToPath(new URL('../../node_modules', import.meta.url))],
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]));
}

t.test('with the globals of a browser alone it talks to a server, and works without threads', async (t) => {
  const { url } = await smallServer(t);
  const files = await bundled('iife');
  const { promise, resolve } = withResolvers<string>();
  // What is not of a browser stays outside: process, Buffer, require.
  const { crypto, URL, AbortController, TextEncoder, TextDecoder, performance, atob, btoa } = globalThis;
  const outer = { crypto, URL, AbortController, TextEncoder, TextDecoder, performance, atob, btoa };
  const ask = (input: string | URL, init: RequestInit) =>
    input === '/said' ? resolve(String(init.body)) : fetch(input, init);
  const location = { href: url };
  runInContext(files.get('/program.js')!, createContext({ ...outer, setTimeout, clearTimeout, location, fetch: ask }));
  t.equal(await promise, said);
});

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const chromium = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Nothing but this page: a browser on its own looks for updates and suggestions. */
const quiet = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';

t.test(
  'in a real browser it talks to a server, with OPAQUE in a Web Worker',
  { skip: !chromium && 'no Chromium' },
  async (t) => {
    const { url } = await smallServer(t);
    const way = await wayTo(t, url, () => 'passes', new Map([['/', page], ...(await bundled('esm'))]));
    const profile = await tempFolder(t);
    const options = [...quiet.split(' '), '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`];
    const browser = spawn(chromium!, [...options, way.url], { stdio: 'ignore' });
    const ended = once(browser, 'close');
    t.equal(await Promise.race([way.said, ended.then(() => 'the browser has ended')]), said);
    t.ok(way.came.includes('/worker.js'), 'the worker was loaded');
    browser.kill();
    await ended;
  },
);
