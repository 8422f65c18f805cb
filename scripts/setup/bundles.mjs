// Bundles what runs in plugins' threads and processes, and the plugin interface. Every module that a thread loads by itself
// costs it time and memory, and there are many threads. The compiled files are bundled, and maps lead to the TypeScript.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { inRoot } from './root.mjs';

/** The folder of the bundles, in `dist` of their package. */
export const bundled = 'bundled';

const pluginApi = '@gatehouse/plugin-api';

/** The bundles of the host, by format. The session has a file of its own for threads and processes. */
const ofHost = {
  esm: {
    supervisor: 'supervisor-main.js',
    session: 'session/session.js',
    child: 'process-tier/child/entry.js',
    watcher: 'process-tier/child/process-watcher.js',
  },
  cjs: { entry: 'session/entry.cjs' },
};

/** What the plugin interface exports. All of it is in the file of the first; the others only name parts of that. */
const ofPluginApi = { hooks: 'hooks.js', index: 'index.js', codec: 'codec/index.js' };

const ofPackage = {
  'packages/plugin-api': { bundle: bundlePluginApi, names: Object.keys(ofPluginApi).map((name) => `${name}.js`) },
  'packages/host': {
    bundle: bundleHost,
    names: [
      ...Object.keys(ofHost.esm).map((name) => `${name}.js`),
      ...Object.keys(ofHost.cjs).map((one) => `${one}.cjs`),
    ],
  },
};

const distOf = (folder) => inRoot(folder, 'dist');

/** Returns the full paths of the bundles of a package. */
export const bundlesOf = (folder) =>
  (ofPackage[folder]?.names ?? []).map((name) => join(distOf(folder), bundled, name));

/** Bundles those of these packages that have bundles. They must have been compiled. */
export async function bundle(folders) {
  await Promise.all(folders.map((folder) => ofPackage[folder]?.bundle(distOf(folder))));
}

async function bundleHost(dist) {
  const all = Object.entries(ofHost).map(([format, entries]) =>
    build(dist, {
      entryPoints: Object.entries(entries).map(([out, path]) => ({ in: join(dist, path), out })),
      outExtension: { '.js': format === 'cjs' ? '.cjs' : '.js' },
      format,
      plugins: [oneSession, oneInterface, ownAddresses(dist)],
      write: false,
    }),
  );
  await mkdir(join(dist, bundled), { recursive: true });
  for (const { outputFiles } of await Promise.all(all))
    for (const { path, text } of outputFiles)
      await writeFile(path, path.endsWith(`${sep}session.js`) ? withoutFacades(text) : text);
}

/** An import from Node, as the bundler writes it. */
const importOfNode = /^import (?:\* as (\w+)|(\w+)|(\{.*\})) from ("node:[\w/]+");$/gm;

/**
 * Takes modules of Node from where Node keeps them, line by line. For an import Node makes a facade of all that a module
 * exports, which takes a thread 5 ms and 0.4 to 0.8 MB in all.
 */
function withoutFacades(code) {
  const changed = code.replace(importOfNode, (_, all, whole, names, module) => {
    return `var ${all ?? whole ?? names.replaceAll(' as ', ': ')} = globalThis.process.getBuiltinModule(${module});`;
  });
  if (/^(?:import|\}).* from "node:/m.test(changed)) throw new Error('a bundle imports from Node in an unexpected way');
  return changed;
}

async function bundlePluginApi(dist) {
  const [whole, ...parts] = Object.entries(ofPluginApi);
  const contents = Object.values(ofPluginApi).map((path) => `export * from './${path}';`);
  const { metafile } = await build(dist, {
    entryPoints: parts.map(([out, path]) => ({ in: join(dist, path), out })),
    metafile: true,
    write: false,
  });
  await build(dist, {
    stdin: { contents: contents.join('\n'), resolveDir: dist },
    outfile: join(dist, bundled, `${whole[0]}.js`),
  });
  for (const [name] of parts) {
    const file = join(dist, bundled, `${name}.js`);
    const { exports } = metafile.outputs[relative(inRoot(), file).replaceAll('\\', '/')];
    await writeFile(file, `export { ${exports.join(', ')} } from './${whole[0]}.js';\n`);
  }
}

function build(dist, options) {
  // The one of the tests. Beside the host there is none, because a host would compile plugins in TypeScript with it.
  const esbuild = createRequire(inRoot('test/package.json'))('esbuild');
  return esbuild.build({
    absWorkingDir: inRoot(),
    ...(options.outfile === undefined && { outdir: join(dist, bundled) }),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    // A pool finds the file of its workers beside its own modules.
    external: ['piscina'],
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'silent',
    ...options,
  });
}

/** Leaves the session a file of its own where it is imported late: before that, a thread or process is prepared for it. */
const oneSession = {
  name: 'one session',
  setup({ onResolve }) {
    onResolve({ filter: /\/session\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './session.js', external: true } : undefined,
    );
  },
};

/** Leaves the plugin interface outside, so that a plugin shares the session's copy of it. One name leads to all of it. */
const oneInterface = {
  name: 'one interface',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^${pluginApi}(/|$)`) }, () => ({ path: `${pluginApi}/hooks`, external: true }));
  },
};

/** Lets each module find files beside its own, from a bundle too. */
const ownAddresses = (dist) => ({
  name: 'own addresses',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(dist)) return undefined;
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const own = JSON.stringify(relative(join(dist, bundled), path).replaceAll('\\', '/'));
      // Line by line the same, so that the compiler's map holds.
      const contents = text.replaceAll('import.meta.url', `new URL(${own}, import.meta.url).href`);
      return { contents, resolveDir: dirname(path), loader: 'js' };
    });
  },
});
