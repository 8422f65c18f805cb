// Compiles plugins in TypeScript by esbuild, where Node itself does not run them.

import { realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { within } from '@gatehouse/support/deadline';
import type { ValidPlugin } from './found/found-plugin.js';
import { esbuildFor, isRunByNode } from './found/typescript.js';

/** The parts of esbuild that are used. It is no dependency, because newer Nodes do without. */
interface Esbuild {
  build(options: object): Promise<Built>;
  stop(): Promise<void> | void;
}

interface Built {
  readonly outputFiles: readonly { readonly text: string }[];
  readonly metafile: { readonly inputs: Readonly<Record<string, unknown>> };
}

const limitMs = 30_000;

/** One at a time, because the end of the last one ends esbuild's process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Returns the plugin's entry as one ES module with all that it imports from its own folder; undefined if Node runs the
 * entry as it is. Rejects in readable words.
 */
export function compiledOf(plugin: ValidPlugin): Promise<string | undefined> {
  const esbuild = isRunByNode(plugin.entry) ? undefined : esbuildFor(plugin.folder);
  if (esbuild === undefined) return Promise.resolve(undefined);
  const next = last.then(() => compile(plugin, esbuild));
  last = next.catch(() => {});
  return next;
}

async function compile({ entry, path }: ValidPlugin, at: string): Promise<string> {
  const loaded = (await import(pathToFileURL(at).href)) as { readonly default: Esbuild };
  const esbuild = loaded.default;
  try {
    const { outputFiles, metafile } = await within(limitMs, esbuild.build(optionsFor(entry)), 'esbuild timed out');
    const inputs = Object.keys(metafile.inputs).map((input) => resolve(dirname(entry), input));
    await checkInputs(inputs, await realpath(path));
    return outputFiles[0]?.text ?? '';
  } finally {
    await esbuild.stop();
  }
}

function optionsFor(entry: string): object {
  return {
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    metafile: true,
    write: false,
    logLevel: 'silent',
  };
}

/** Refuses files from elsewhere, which the plugin may not read, and esbuild did. */
async function checkInputs(inputs: readonly string[], own: string): Promise<void> {
  for (const input of inputs) {
    const file = await realpath(input).catch(() => input);
    if (file !== own && !file.startsWith(own + sep)) throw new Error(`it imports ${file}, which is outside of ${own}`);
  }
}
