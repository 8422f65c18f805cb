#!/usr/bin/env node
// The command `gatehouse`. What has to be decided before the rest is loaded, and then the rest.

import { mayGenerateCode } from '@gatehouse/plugin-api/codec';
import { refuseTooFew } from './http/descriptor-limit.js';

const args = process.argv.slice(2);
const withoutCode =
  'its store, its routes and the checks of manifests need generated code: start node without --disallow-code-generation-from-strings';
/** Without a command, the server is started. */
const isStart = args[0] === undefined || args[0] === 'start' || args[0].startsWith('-');

// A file at its size limit then only makes the write fail, like a full disk, and does not end the process.
process.on('SIGXFSZ', () => {});
// A request to read the settings again ends no server that has not read them yet.
if (isStart) process.on('SIGHUP', () => {});

try {
  // With too few descriptors not even the modules of the server can be loaded.
  if (isStart) refuseTooFew();
  if (!mayGenerateCode) throw new Error(withoutCode);
} catch (error) {
  process.stderr.write(`gatehouse: ${(error as Error).message}\n`);
  process.exit(1);
}
const { runCommand } = await import('./command.js');
await runCommand(args);
