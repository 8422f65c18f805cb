// Makes a plugin of test/plugins misbehave, by an event that names the deed.

import { pathToFileURL } from 'node:url';
import type { MessageEvent } from '@gatehouse/plugin-api';
import { channelOf, misbehave } from '../../plugins/trigger.mjs';
import { pathOf } from '../../plugins/zoo.mjs';
import { message } from './events.js';

export { misbehave };

interface OfChannel {
  readonly channelId: Uint8Array;
}

/** Returns the event with the channel that names the deed: the plugin then does it. */
export function provoking<T extends OfChannel = MessageEvent>(event?: T, deed?: string): T;
export function provoking(event: OfChannel = message(), deed: string = misbehave): OfChannel {
  return { ...event, channelId: channelOf(deed) };
}

/** The module of a plugin, as a URL. */
export const urlOf = (plugin: string): string => pathToFileURL(pathOf(plugin)).href;

/** Returns the names of the deeds that a plugin exports. */
export async function deedsOf(plugin: string): Promise<readonly string[]> {
  const { deeds } = (await import(urlOf(plugin))) as { readonly deeds: object };
  return Object.keys(deeds);
}
