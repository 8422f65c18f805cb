// A host with fixture plugins: described in the main process, which owns the folder, and opened in a child.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, type Host, type HostOptions } from '@gatehouse/host';
import { pino } from 'pino';

/** A plugin of bench/plugins. */
export type Fixture = 'allow' | 'observe' | 'hang';

/** What a child needs to open a host. */
export interface Hosting {
  readonly folder: string;
  readonly plugins: readonly string[];
  readonly gate: NonNullable<HostOptions['gate']>;
}

const fixtures = fileURLToPath(new URL('../plugins/', import.meta.url));
let root: string | undefined;
let folders = 0;

/** A host with so many plugins of each kind, each under a name of its own, in a folder that goes with this process. */
export function hosting(counts: Partial<Record<Fixture, number>>, gate: Hosting['gate'] = {}): Hosting {
  root ??= temporaryRoot();
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  const plugins = Object.entries(counts).flatMap(([fixture, count]) =>
    Array.from({ length: count }, (_, i) => {
      const name = `${fixture}-${i + 1}`;
      symlinkSync(join(fixtures, `${fixture}.mjs`), join(folder, `${name}.mjs`));
      return name;
    }),
  );
  return { folder, plugins, gate };
}

function temporaryRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function openHost({ folder, plugins, gate }: Hosting): Promise<Host> {
  const host = await createHost({ plugins: [folder], enabled: plugins, gate, logger: pino({ level: 'silent' }) });
  for (const { name, state, reason } of await host.list()) {
    if (state !== 'ready') throw new Error(`the plugin ${name} is ${state}: ${reason}`);
  }
  return host;
}
