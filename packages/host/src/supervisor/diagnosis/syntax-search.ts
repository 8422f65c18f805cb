// A process of its own: parses a module and what it imports by path, until one has a syntax error. That ends the
// process, and Node writes file and line to its standard error.

import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import process from 'node:process';
import * as vm from 'node:vm';

/** Bounds of the search: files, and bytes of each. */
const filesMax = 1_000;
const bytesMax = 4 * 1024 * 1024;

/** A class of `vm` behind the flag of this process. The versions of Node name the imports differently. */
interface ParsedModule {
  readonly moduleRequests?: readonly { readonly specifier: string }[];
  readonly dependencySpecifiers?: readonly string[];
}
type Parse = new (text: string, options: { readonly identifier: string }) => ParsedModule;
const { SourceTextModule } = vm as unknown as { readonly SourceTextModule: Parse };

function search(entry: string): void {
  const seen = new Set([entry]);
  // Entries added meanwhile are visited too.
  for (const file of seen) {
    const text = textOf(file);
    if (text === undefined) continue;
    for (const one of importsOf(new SourceTextModule(text, { identifier: file }), file)) {
      if (seen.size < filesMax) seen.add(one);
    }
  }
}

/** Returns the text of a regular file of moderate size: opening a pipe would never return. */
function textOf(file: string): string | undefined {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= bytesMax ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the modules that it imports by path. Packages are not searched, nor what is no ES module. */
function importsOf({ moduleRequests, dependencySpecifiers }: ParsedModule, file: string): readonly string[] {
  const named = moduleRequests?.map(({ specifier }) => specifier) ?? dependencySpecifiers ?? [];
  return named
    .filter((name) => (name.startsWith('.') || isAbsolute(name)) && /\.m?js$/.test(name))
    .map((name) => resolve(dirname(file), name));
}

search(process.argv[2]!);
