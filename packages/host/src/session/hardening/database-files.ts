// Restricts node:sqlite to files that the plugin may use, because SQLite bypasses Node's permission model.

import { fileURLToPath } from 'node:url';
import { guard } from './guards.js';
import { refusal } from './refusals.js';

/** Databases in memory, and temporary ones that SQLite itself removes. */
const inMemory = [':memory:', ''];

/** Guards the opening of databases, if this Node has them. Does not cover `ATTACH` inside of one. */
export function keepToOwnDatabases(): void {
  const sqlite = quietly(() => process.getBuiltinModule('node:sqlite') as object | undefined);
  guard(sqlite, ['DatabaseSync'], ([path]) => check(path));
  guard(sqlite, ['backup'], ([, path]) => check(path));
}

function check(given: unknown): void {
  const path = given instanceof URL ? fileURLToPath(given) : String(given);
  if (inMemory.includes(path) || process.permission?.has('fs.write', path)) return;
  throw refusal(`open the database ${path}`, 'data');
}

/** Suppresses the warning that loading the module prints, even for a plugin that does not use it. */
function quietly<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
