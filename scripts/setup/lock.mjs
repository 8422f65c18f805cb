// Lets one script at a time install and build in this checkout; the others wait for it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inRoot } from './root.mjs';

const lockFile = inRoot('node_modules', '.gatehouse-lock');

/** Runs `work` while no other script of this checkout does. */
export async function alone(work) {
  for (let told = false; !take(); told = true) {
    if (!told) console.log('waiting for another script that installs or builds here …');
    await delay(100);
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function take() {
  mkdirSync(inRoot('node_modules'), { recursive: true });
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isHeld()) return false;
    rmSync(lockFile, { force: true });
    return take();
  }
}

// A killed script leaves its lock behind, with a process id that no longer exists.
function isHeld() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    // An empty file was just created, and its process id is not written yet: it is held.
    if (pid !== 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
