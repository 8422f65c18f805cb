// A host with fixture plugins: described in the main process, which owns the folder, and opened in a child.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, type Host, type HostOptions } from '@gatehouse/host';
import { pino } from 'pino';

/** A plugin of bench/plugins. */
export type Fixture = 'allow' | 'observe' | 'hang' | 'exit' | 'crash' | 'exhaust' | 'wait';

/** What a child needs to open a host. */
export interface Hosting {
  readonly folder: string;
  readonly plugins: readonly string[];
  readonly gate: NonNullable<HostOptions['gate']>;
  readonly policies?: HostOptions['policies'];
  readonly isolation?: HostOptions['isolation'];
}

/** Long, so that a plugin which a busy machine keeps from its CPU is seen as slow and not as gone. */
const patienceMs = 2000;
/** Longer than many plugins take to start. */
const readyMs = 60_000;

const fixtures = fileURLToPath(new URL('../plugins/', import.meta.url));
/** Inside of this package, so that the plugins find what they import. */
const results = fileURLToPath(new URL('../results/', import.meta.url));
let root: string | undefined;
let folders = 0;

/** A host with so many plugins of each kind, each under a name of its own, in a folder that goes with this process. */
export function hosting(
  counts: Partial<Record<Fixture, number>>,
  gate: Hosting['gate'] = {},
  deadlineMs = patienceMs,
): Hosting {
  root ??= temporaryRoot();
  const folder = join(root, String(folders++));
  const plugins = Object.entries(counts).flatMap(([fixture, count]) =>
    Array.from({ length: count }, (_, i) => writePlugin(folder, `${fixture}-${i + 1}`, fixture, deadlineMs)),
  );
  return { folder, plugins, gate: { budgetMs: patienceMs, ...gate } };
}

function writePlugin(folder: string, name: string, fixture: string, deadlineMs: number): string {
  // Small, so that to fill it is a small part of the time to its end.
  const manifest = { apiVersion: 1, deadlineMs, ...(fixture === 'exhaust' ? { memoryMb: 32 } : {}) };
  mkdirSync(join(folder, name), { recursive: true });
  copyFileSync(join(fixtures, `${fixture}.mjs`), join(folder, name, 'plugin.mjs'));
  const file = { name, version: '1.0.0', main: 'plugin.mjs', gatehouse: manifest };
  writeFileSync(join(folder, name, 'package.json'), JSON.stringify(file));
  return name;
}

function temporaryRoot(): string {
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(join(results, 'plugins-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function openHost({ folder, plugins, gate, policies = {}, isolation = {} }: Hosting): Promise<Host> {
  const logger = pino({ level: 'silent' });
  const host = await createHost({ plugins: [folder], enabled: plugins, gate, policies, isolation, readyMs, logger });
  for (const { name, state, reason } of await host.list()) {
    if (state !== 'ready') throw new Error(`the plugin ${name} is ${state}: ${reason}`);
  }
  return host;
}
