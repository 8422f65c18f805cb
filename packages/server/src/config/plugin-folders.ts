// The folders in which a server looks for plugins unless it is told otherwise.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The operator's own, in the working directory. The start makes it if it is missing. */
export const ownPluginFolder = './plugins';

const ofCheckout = fileURLToPath(new URL('../../../plugins', import.meta.url));

/** Where an installed server has its own plugins: in a package, where an operator's plugin of the same name goes first. */
export const defaultPluginFolders: readonly string[] = inPackage() ?? [ofCheckout];

function inPackage(): readonly string[] | undefined {
  try {
    const manifest = fileURLToPath(import.meta.resolve('@gatehouse/plugins/package.json'));
    return [ownPluginFolder, join(dirname(manifest), 'plugins')];
  } catch {
    // In a checkout there is no such package.
    return undefined;
  }
}
