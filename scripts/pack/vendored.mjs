// Fastify inside the server. Its newest `cookie`, which only its `inject` reads, is declared for Node 22 and later: package
// managers that compare `engines` would refuse the server on Node 20, where it runs.

import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { inRoot, root } from '../setup/root.mjs';
import { filesIn, write } from './files.mjs';

// The one of the tests. Beside the host there is none, because a host would compile plugins in TypeScript with it.
const { build } = createRequire(inRoot('test/package.json'))('esbuild');

const imported = /(\bimport [^;]*? from )(['"])fastify\2/g;

/** The part of fastify that the server uses. `require` is for the modules of Node. */
const entry = `import all from 'fastify'; export const { fastify, LogController } = all;`;
const banner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** Changes a package that is laid out in a folder, of which `from` is the folder in the checkout. */
export async function vendorFastify(from, folder) {
  const vendor = join(folder, 'dist', 'vendor');
  const { metafile } = await build({
    stdin: { contents: entry, resolveDir: inRoot(from) },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // The server's own logger is to be the same module.
    external: ['pino'],
    banner: { js: banner },
    minifyWhitespace: true,
    metafile: true,
    outfile: join(vendor, 'fastify.js'),
    logLevel: 'silent',
  });
  await write(join(vendor, 'LICENSES.txt'), await licencesOf(Object.keys(metafile.inputs)));
  for (const file of (await filesIn(folder)).filter((one) => one.endsWith('.js') && !one.startsWith(vendor))) {
    const text = await readFile(file, 'utf8');
    const path = relative(dirname(file), join(vendor, 'fastify.js')).replaceAll('\\', '/');
    const changed = text.replace(imported, (_, before, quote) => {
      return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
    });
    if (changed !== text) await writeFile(file, changed);
  }
}

/** Returns the licences of the packages that the files belong to. */
async function licencesOf(files) {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map((folder) => licenceIn(inRoot(folder))));
  return texts.join('\n\n');
}

async function licenceIn(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const text = file !== undefined && existsSync(join(folder, file)) ? await readFile(join(folder, file), 'utf8') : '';
  return `# ${name} ${version} (${license})\n\n${text}`.trimEnd();
}
