// The folder that a host process runs in: its plugins, and what a faulty one might lay its hands on.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkModules, putPlugin } from '../../plugins/zoo.mjs';
import { limits, memoryMb } from '../limits.mjs';

/** Puts the plugins into `folder`; returns the configuration of the faulty one. */
export function setStage(folder, { plugin }, movesOn) {
  const plugins = join(folder, 'plugins');
  mkdirSync(plugins);
  linkModules(plugins);
  const { deadline, innocentDeadline, start, stop } = limits;
  putPlugin(plugins, 'faulty', plugin, { order: 1, deadlineMs: deadline, startMs: start, stopMs: stop, memoryMb });
  if (movesOn) putBehindExit(join(plugins, 'faulty'));
  putPlugin(plugins, 'innocent', 'innocent', { order: 2, deadlineMs: innocentDeadline });
  putPlugin(plugins, 'bystander', 'innocent', { order: 3, deadlineMs: innocentDeadline });
  const outside = join(folder, 'secret.txt');
  writeFileSync(outside, 'a secret');
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  return { outside, fifo, addon: fileURLToPath(new URL('../addon/crash-x64.node', import.meta.url)) };
}

/** The deed that ends the thread of a plugin put behind it. */
export const exit = 'exit';

const behindExit = `import plugin from './index.mjs';
const deed = ({ channelId }) => Buffer.from(channelId).toString('latin1').replace(/\\0+$/, '');
const onMessageEnqueue = (event, context) =>
  deed(event) === '${exit}' ? process.exit(1) : plugin.onMessageEnqueue(event, context);
export default { ...plugin, onMessageEnqueue };
`;

function putBehindExit(folder) {
  const file = join(folder, 'package.json');
  writeFileSync(join(folder, 'first.mjs'), behindExit);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), main: 'first.mjs' }));
}
