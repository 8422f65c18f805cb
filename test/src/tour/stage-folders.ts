// The folders of one tour, all temporary: the server's data, and a plugin folder that plugins can be dropped into.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings } from '@gatehouse/server';
import { pathOf } from '../../plugins/zoo.mjs';

export class StageFolders {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gatehouse-tour-'));
  readonly data = join(this.#folder, 'data');
  readonly plugins = join(this.#folder, 'plugins');

  /** The plugin folder holds what the server has by default, except `without`. */
  constructor(without: readonly string[]) {
    mkdirSync(this.plugins);
    for (const folder of defaultSettings.plugins) {
      for (const name of readdirSync(folder).filter((one) => !without.includes(one))) {
        const plugin = join(folder, name);
        // Links: a copy would not find what the plugin imports. A junction is what Windows gives to everybody.
        if (statSync(plugin).isDirectory()) symlinkSync(plugin, join(this.plugins, name), 'junction');
      }
    }
  }

  /** Copies a third party's plugin of test/plugins into the plugin folder, under a name of its own. */
  drop(plugin: string, name = plugin): Promise<void> {
    return copyFile(pathOf(plugin), join(this.plugins, `${name}.mjs`));
  }

  /** Not asynchronous, so that it can be the last thing a process does. */
  remove(): void {
    // Tried again: a server that was killed just now may be writing its last file.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
