// Bundles what runs in plugins' threads and processes, and the plugin interface: each module that a thread loads by itself
// costs it time and memory, and there are many threads. Sources are the compiled files, so maps lead to the TypeScript.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { inRoot } from './root.mjs';

/** The folder of the bundles, in `dist` of their package. */
export const bundled = 'bundled';

/** The bundles by their package: each group has its own options, and shares chunks if it is split. */
const bundles = {
  'packages/plugin-api': [{ entries: { index: 'index.js', codec: 'codec/index.js', hooks: 'hooks.js' }, split: true }],
  'packages/host': [
    {
      entries: {
        supervisor: 'supervisor-main.js',
        session: 'session/session.js',
        child: 'process-tier/child/entry.js',
      },
    },
    { entries: { watcher: 'process-tier/child/process-watcher.js' } },
    { entries: { entry: 'session/entry.cjs' }, format: 'cjs' },
  ],
};

/** Whether a package has all of its bundles. */
export const filesOf = (folder) =>
  (bundles[folder] ?? []).flatMap(({ entries, format }) =>
    Object.keys(entries).map((name) => inRoot(folder, 'dist', bundled, name + endingOf(format))),
  );

const endingOf = (format) => (format === 'cjs' ? '.cjs' : '.js');

/** Bundles the packages among these folders that have bundles. They must have been compiled. */
export async function bundle(folders) {
  // The one of the tests. Beside the host there is none, because a host would compile plugins in TypeScript with it.
  const { build } = createRequire(inRoot('test/package.json'))('esbuild');
  const groups = Object.entries(bundles).filter(([folder]) => folders.includes(folder));
  await Promise.all(groups.flatMap(([folder, all]) => all.map((group) => build(optionsOf(folder, group)))));
}

function optionsOf(folder, { entries, split = false, format = 'esm' }) {
  const dist = inRoot(folder, 'dist');
  return {
    absWorkingDir: inRoot(),
    entryPoints: Object.entries(entries).map(([out, path]) => ({ in: join(dist, path), out })),
    outdir: join(dist, bundled),
    outExtension: { '.js': endingOf(format) },
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: split,
    format,
    platform: 'node',
    target: 'node20.19',
    // A plugin imports the same copy of the interface as the session. A pool finds its own file beside its modules.
    external: ['@gatehouse/plugin-api', 'piscina'],
    mainFields: ['module', 'main'],
    sourcemap: true,
    sourcesContent: false,
    plugins: [oneSession, ownAddresses(dist)],
    logLevel: 'error',
  };
}

/** Leaves the session a file of its own, where it is imported late: before that, a thread or process is prepared. */
const oneSession = {
  name: 'one session',
  setup({ onResolve }) {
    onResolve({ filter: /\/session\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './session.js', external: true } : undefined,
    );
  },
};

/** Lets each module find files beside it, from a bundle too. */
const ownAddresses = (dist) => ({
  name: 'own addresses',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(dist)) return undefined;
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const own = `new URL(${JSON.stringify(relative(join(dist, bundled), path).replaceAll('\\', '/'))}, import.meta.url).href`;
      // On one line, so that the map of the compiler holds.
      return { contents: text.replaceAll('import.meta.url', own), resolveDir: dirname(path), loader: 'js' };
    });
  },
});
