// How a test makes a plugin of test/plugins misbehave: by an event that names the deed.

import { pathToFileURL } from 'node:url';
import type { MessageEvent } from '@gatehouse/plugin-api';
import { channelOf, misbehave } from '../../plugins/trigger.mjs';
import { pathOf } from '../../plugins/zoo.mjs';
import { message } from './events.js';

export { misbehave };

interface OfChannel {
  readonly channelId: Uint8Array;
}

/** The same event, of the channel that names the deed: at it, the plugin does it. */
export function provoking<T extends OfChannel = MessageEvent>(event?: T, deed?: string): T;
export function provoking(event: OfChannel = message(), deed: string = misbehave): OfChannel {
  return { ...event, channelId: channelOf(deed) };
}

/** The module of a plugin, as a URL. */
export const urlOf = (plugin: string): string => pathToFileURL(pathOf(plugin)).href;

/** The deeds that a plugin knows, where it exports them. */
export async function deedsOf(plugin: string): Promise<readonly string[]> {
  const { deeds } = (await import(urlOf(plugin))) as { readonly deeds: object };
  return Object.keys(deeds);
}
