// The errors for forbidden actions of a plugin: the action, the permission that it takes, and how to grant that.

import { asksFor, type PermissionName, permissionTable } from '../../contract/permissions.js';
import { placeOf, placesIn, shortened } from '../../contract/thrown.js';
import { threadStart } from '../thread-start.js';

/** Thrown in the plugin's thread, at the forbidden call. */
export class PermissionRefused extends Error {
  override readonly name = 'PermissionRefused';
  readonly code = 'PERMISSION_REFUSED';
  /** Undefined if no plugin may do it. */
  readonly permission: PermissionName | undefined;

  constructor(message: string, permission: PermissionName | undefined) {
    super(message);
    this.permission = permission;
  }
}

/** `what` completes "the plugin may not …"; `item` is the path or name that would have to be granted. */
export function refusal(what: string, permission?: PermissionName, item?: string): PermissionRefused {
  return new PermissionRefused(refusalText(what, permission, item), permission);
}

export function refusalText(what: string, permission?: PermissionName, item?: string, start = threadStart): string {
  if (permission === undefined || start === undefined) return `no plugin may ${what}`;
  const { plugin } = start;
  const value = permissionTable[permission].kind === 'switch' ? true : [item];
  const grant = `"grants": ${JSON.stringify({ [plugin]: { [permission]: value } })}`;
  if (permission === 'data' && start.granted.data === true) {
    return `${plugin} may not ${what}: a plugin writes into its data folder only, which is context.dataFolder`;
  }
  if (asksFor(start.asked, permission, item)) {
    return `${plugin} may not ${what}: its manifest asks for the permission "${permission}", which the operator has not granted (${grant})`;
  }
  if (!start.canAsk) {
    return `${plugin} may not ${what}: that takes the permission "${permission}", for which a single file cannot ask; a folder with a package.json can`;
  }
  const wish = `"permissions": ${JSON.stringify({ [permission]: value })}`;
  return `${plugin} may not ${what}: that takes the permission "${permission}", for which its manifest has to ask (${wish}), and which the operator has to grant (${grant})`;
}

/** Node's names of refused scopes, with ours. */
const scopes: Readonly<Record<string, readonly [what: string, permission?: PermissionName]>> = {
  FileSystemRead: ['read', 'read'],
  FileSystemWrite: ['write to', 'data'],
  Net: ['use the network', 'network'],
  ChildProcess: ['start a process', 'childProcesses'],
  WorkerThreads: ['start a thread', 'workerThreads'],
  Addon: ['load native code', 'addons'],
  WASI: ['use WASI', 'wasi'],
  Inspector: ['use the inspector'],
};

interface NodeRefusal {
  readonly code?: unknown;
  readonly permission?: unknown;
  readonly resource?: unknown;
}

/** Returns our words for an error of Node's permission model, whose own words name flags that nobody here can set. */
export function wordsForRefusal(error: unknown, start = threadStart): string | undefined {
  if (!(error instanceof Error) || start === undefined) return undefined;
  const { code, permission, resource } = error as NodeRefusal;
  if (code === 'ERR_DLOPEN_DISABLED') return refusalText('load native code', 'addons', undefined, start);
  if (code !== 'ERR_ACCESS_DENIED') return undefined;
  const scope = Object.hasOwn(scopes, String(permission)) ? scopes[String(permission)] : undefined;
  if (scope === undefined) return refusalText(`do this (${error.message})`, undefined, undefined, start);
  const path = String(permission).startsWith('FileSystem') ? String(resource) : undefined;
  return refusalText(path === undefined ? scope[0] : `${scope[0]} ${path}`, scope[1], path, start);
}

/** Longer texts are not worth copying to another thread. */
const textMax = 100_000;

/** Bounds the size of an error that ends the thread, before it is sent to the supervisor. */
export function shorten(error: unknown): void {
  if (!(error instanceof Error)) return;
  try {
    const { message, stack } = error;
    if (String(message).length + String(stack).length <= textMax) return;
    const short = shortened(error);
    Object.defineProperty(error, 'message', { value: short.message });
    Object.defineProperty(error, 'stack', { value: short.stack });
  } catch {
    // An error that cannot be read or changed is sent as it is, or not at all.
  }
}

const told = new WeakSet<object>();

/** Rewords an error of Node's permission model. Leaves any other as it is. */
export function tellInOurWords(error: unknown): void {
  const words = wordsForRefusal(error);
  if (words === undefined || told.has(error as Error)) return;
  told.add(error as Error);
  (error as Error).message = words;
  nameThePlace(error as Error);
}

const { captureStackTrace } = Error;

/**
 * Gives the error the stack of the call that was refused, because Node throws it without one. In an async function,
 * that is the function that awaits the refused call.
 */
function nameThePlace(error: Error): void {
  if (placeOf(error.stack) !== undefined) return;
  const here: { stack?: unknown } = {};
  captureStackTrace(here, tellInOurWords);
  if (placeOf(here.stack) === undefined) return;
  const places = placesIn(here.stack).map((place) => `\n    ${place}`);
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${error.message}${places.join('')}`,
    configurable: true,
  });
}

/** Runs code of the plugin, and rethrows refusals of Node in our words. */
export async function inOurWords<T>(act: () => T): Promise<Awaited<T>> {
  try {
    return await act();
  } catch (error) {
    tellInOurWords(error);
    throw error;
  }
}
