// Folders of plugins for tests, removed when the test ends.

import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';

/** Files by their path in the folder; objects are written as JSON. */
export type Files = Readonly<Record<string, string | object>>;

/** Creates a folder with these files in it. */
export async function tempFolder(t: Pick<Test, 'teardown'>, files: Files = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-')));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** Returns the files of a plugin's folder, with `manifest` merged over a minimal manifest. */
export function pluginFiles(name: string, manifest: object = {}, more: object = {}): Files {
  return {
    [`${name}/package.json`]: { name, version: '1.0.0', ...more, gatehouse: { apiVersion: 1, ...manifest } },
    [`${name}/index.js`]: 'export default {}',
  };
}
