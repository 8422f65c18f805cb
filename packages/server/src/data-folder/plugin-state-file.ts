// The file of a data folder in which the host remembers its plugins.

import { join } from 'node:path';

export function pluginStateFile(folder: string): string {
  return join(folder, 'plugins.json');
}
