// Reads the command line, runs the command, and ends the process.

import { readFileSync } from 'node:fs';
import { GatehouseError } from '@gatehouse/host';
import { endProcess } from '@gatehouse/support/end-process';
import { readCommandLine, UsageError } from './cli/command-line.js';
import { commandOf } from './cli/commands.js';
import { helpOf } from './cli/help.js';
import { PluginsLostError, StoreTakenError } from './cli/start.js';
import { readSettings, SettingsError } from './config/read-settings.js';
import { FolderError } from './data-folder/folder-error.js';
import { ListenError } from './http/listen.js';
import { StoreError } from './store/store-error.js';

/** Exit codes of the process. */
const exitCodes = { done: 0, failed: 1, wronglyUsed: 2, pluginsLost: 3, storeTaken: 4 } as const;

/** Errors reported without a stack, which does not help to fix a setting, a disk or a port. */
const wrongUses = [SettingsError, UsageError] as const;
const failures = [FolderError, StoreError, ListenError, GatehouseError, PluginsLostError, StoreTakenError] as const;

async function main(args: readonly string[]): Promise<void> {
  const line = readCommandLine(args);
  if (line.help) return void process.stdout.write(helpOf(line.command));
  if (line.version) return void process.stdout.write(`${version()}\n`);
  const { file, flags, operands, json } = line;
  const env = { ...process.env };
  const readAgain = () => readSettings({ file, env, flags });
  const call = { ...readAgain(), readAgain, operands, json, program: () => import('./index.js') };
  await commandOf(line.command ?? 'start').run(call);
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

function failed(error: unknown): never {
  const wronglyUsed = wrongUses.some((kind) => error instanceof kind);
  const isTold = wronglyUsed || failures.some((kind) => error instanceof kind);
  const message = error instanceof Error ? (isTold ? error.message : error.stack) : error;
  process.stderr.write(`gatehouse: ${message}\n`);
  if (error instanceof UsageError) process.stderr.write('gatehouse --help says what there is\n');
  if (error instanceof PluginsLostError) endProcess(exitCodes.pluginsLost);
  if (error instanceof StoreTakenError) endProcess(exitCodes.storeTaken);
  endProcess(wronglyUsed ? exitCodes.wronglyUsed : exitCodes.failed);
}

/** Ends the process even if something still keeps the event loop alive. */
export async function runCommand(args: readonly string[]): Promise<never> {
  return main(args).then(() => endProcess(exitCodes.done), failed);
}
