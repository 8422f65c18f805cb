// Makes a checkout ready to run, on a machine with only Node and npm; does nothing when it already is.

import { install, isInstalled } from './setup/dependencies.mjs';
import { alone } from './setup/lock.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { build, isBuilt } from './setup/sources.mjs';
import { StepError } from './setup/step.mjs';

/** Installs missing dependencies. Ends the process when that fails. */
export async function prepareDependencies() {
  checkNodeVersion();
  if (isInstalled()) return;
  await orExit(() => alone(async () => isInstalled() || install()));
}

/** Installs and builds if necessary. Ends the process when that fails. */
export async function prepare() {
  if (!(await prepareAndReport())) process.exit(1);
}

/** Installs and builds if necessary. Ends the process when it cannot install; returns false when the build failed. */
export async function prepareAndReport() {
  await prepareDependencies();
  if (isBuilt()) return true;
  try {
    await alone(async () => isBuilt() || build());
    return true;
  } catch (error) {
    if (error instanceof StepError) return false;
    throw error;
  }
}

async function orExit(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.exit(1);
  }
}
