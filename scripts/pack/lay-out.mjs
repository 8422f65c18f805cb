// Lays out a package as it is published: compiled files without tests, what they share, README and LICENSE.

import { chmod, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { inRoot } from '../setup/root.mjs';
import { copy, copyDist, write } from './files.mjs';
import { numbered, pluginFolders } from './published.mjs';
import { inlineSupport } from './support.mjs';
import { vendorFastify } from './vendored.mjs';

/** Resolves to `to`, once the package stands there. */
export async function layOut({ folder, manifest, readme = `${folder}/README.md` }, to) {
  await write(join(to, 'package.json'), text(manifest));
  await copy(inRoot('LICENSE'), join(to, 'LICENSE'));
  await copy(inRoot(readme), join(to, 'README.md'));
  if (manifest.name === 'gatehouse') await write(join(to, 'gatehouse.js'), command, 0o755);
  else if (manifest.name === '@gatehouse/plugins') await layOutPlugins(to);
  else await layOutCompiled(folder, to, manifest);
  return to;
}

/** The command is the server's own. */
const command = `#!/usr/bin/env node\nimport '@gatehouse/server/main';\n`;

async function layOutCompiled(folder, to, { bin = {}, name }) {
  await copyDist(folder, to);
  await inlineSupport(to);
  if (name === '@gatehouse/server') await vendorFastify(folder, to);
  for (const program of Object.values(bin)) await chmod(join(to, program), 0o755);
}

async function layOutPlugins(to) {
  for (const folder of pluginFolders) {
    const at = join(to, 'plugins', relative('packages/plugins', folder));
    await copyDist(folder, at);
    const manifest = JSON.parse(await readFile(inRoot(folder, 'package.json'), 'utf8'));
    await write(join(at, 'package.json'), text({ ...manifest, dependencies: numbered(manifest.dependencies) }));
  }
}

const text = (value) => `${JSON.stringify(value, null, 2)}\n`;
