// The folder that a host process runs in: its plugins, and what a faulty one might lay its hands on.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { limits, memoryMb } from '../limits.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Puts the plugins into `folder`; returns the configuration of the faulty one. */
export function setStage(folder, { plugin, shape }) {
  const plugins = join(folder, 'plugins');
  mkdirSync(plugins);
  symlinkSync(here('../../node_modules'), join(plugins, 'node_modules'));
  const { deadline, innocentDeadline, start, stop } = limits;
  addPlugin(plugins, 'faulty', plugin, { order: 1, deadlineMs: deadline, startMs: start, stopMs: stop, memoryMb });
  addPlugin(plugins, 'innocent', 'innocent', { order: 2, deadlineMs: innocentDeadline });
  addPlugin(plugins, 'bystander', 'innocent', { order: 3, deadlineMs: innocentDeadline });
  const outside = join(folder, 'secret.txt');
  writeFileSync(outside, 'a secret');
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  return { outside, fifo, shape, addon: here('../addon/crash-x64.node') };
}

function addPlugin(folder, name, plugin, manifest) {
  const own = join(folder, name);
  mkdirSync(own);
  copyFileSync(here(`../plugins/${plugin}.mjs`), join(own, 'index.mjs'));
  copyFileSync(here('../plugins/trigger.mjs'), join(own, 'trigger.mjs'));
  const gatehouse = { apiVersion: 1, ...manifest };
  writeFileSync(join(own, 'package.json'), JSON.stringify({ name, main: 'index.mjs', gatehouse }));
}
