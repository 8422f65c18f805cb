// The versions of Node on which the project is tested: the current one, and others from packages of npm.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';
import { inRoot } from './root.mjs';

export const majors = [20, 24, 26];

export const majorAtHand = Number(process.versions.node.split('.')[0]);

const run = promisify(execFile);

/** Returns the program and exact version of a major version, from npm if necessary; undefined if unavailable. */
export async function nodeOf(major) {
  if (major === majorAtHand) return { major, path: process.execPath, version: process.version };
  const folder = inRoot('node_modules', '.cache', 'nodes', String(major));
  const name = `node-${process.platform}-${process.arch}`;
  const path = `${folder}/node_modules/${name}/bin/node`;
  try {
    if (!existsSync(path)) await install(folder, `${name}@${major}`);
    const { stdout } = await run(path, ['--version']);
    return { major, path, version: stdout.trim() };
  } catch {
    return undefined;
  }
}

async function install(folder, wanted) {
  mkdirSync(folder, { recursive: true });
  await run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', wanted]);
}
