// Packs what is published: each package is laid out in a temporary folder, and npm makes a tarball of it.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../setup/step.mjs';
import { layOut } from './lay-out.mjs';
import { published } from './published.mjs';

/** Returns the paths of the tarballs that it has made in `folder`. */
export async function pack(folder) {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'gatehouse-pack-'));
  try {
    const folders = await Promise.all(published().map((one) => layOut(one, join(work, shortName(one.manifest.name)))));
    // One npm for all of them, because it takes longer to start than to pack.
    const { code, output } = await run('npm', ['pack', '--silent', '--pack-destination', folder, ...folders]);
    if (code !== 0) throw new Error(`npm pack failed:\n${output}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return published().map(({ manifest }) => join(folder, tarballName(manifest)));
}

const shortName = (name) => name.replace('@', '').replace('/', '-');

const tarballName = ({ name, version }) => `${shortName(name)}-${version}.tgz`;
