// Describes why a wanted plugin is missing, in words that help to find it.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import type { Findings, MissingPlugin } from './found/found-plugin.js';
import { homeOf } from './identity.js';
import type { Remembered } from './state-file.js';
import type { Wish } from './wishes.js';

/** `remembered` is what the state file holds about a plugin of that name. */
export function missingPlugin(
  { name, path }: Wish,
  remembered: Remembered,
  findings: Findings,
  folders: readonly string[],
): MissingPlugin {
  const home = path ?? homeOf(remembered);
  return { kind: 'missing', name, path: home, reason: reasonOf({ name, path: home }, findings, folders) };
}

function reasonOf(
  { name, path }: Required<Wish>,
  { plugins, passedOver, unreadable }: Findings,
  folders: readonly string[],
): string {
  const where = path === '' ? '' : `, nor at ${path}`;
  const notFound = `${name} is in none of the plugin folders (${folders.join(', ')})${where}`;
  const leftover = passedOver.find((one) => one.path === path || one.name === name || one.name.startsWith(`${name}.`));
  if (leftover !== undefined) return `${notFound}: ${leftover.path} is no plugin, because ${leftover.why}`;
  const broken = plugins.find((one) => one.kind === 'invalid' && one.path === path);
  if (broken?.kind === 'invalid') return `${notFound}: what is there is broken: ${broken.reason}`;
  const unread = unreadable.map(({ folder, why }) => `: ${folder} cannot be read: ${why}`);
  const names = plugins.map((plugin) => plugin.name);
  return notFound + (unread[0] ?? didYouMean(name, [...names, ...passedOver.map((one) => one.name)]));
}
