// Runs a host with one misbehaving plugin, and returns the outcome of the message that triggers the misdeed.

import type { Decision, HostOptions } from '@gatehouse/host';
import type { Test } from 'tap';
import { provoking } from './misbehaviours.js';
import { type Opened, openHost, type TestPlugin } from './open-host.js';

export interface Tried extends Opened {
  readonly decision: Decision;
  /** The error of its handler, from the log; empty when it threw nothing. */
  readonly thrown: string;
}

export interface Misdeed {
  readonly config?: object;
  readonly permissions?: object;
  readonly isolation?: string;
  readonly options?: Partial<HostOptions>;
}

/** Lets the plugin do it, and throw when refused. Its configuration and its requests are in the manifest. */
export async function tryMisdeed(t: Test, plugin: string, misdeed: Misdeed = {}): Promise<Tried> {
  const { config, options, ...manifest } = misdeed;
  const described: TestPlugin = { ...manifest, config: { defaults: { ...config, rethrows: true } } };
  const opened = await openHost(t, { [plugin]: described }, options);
  const decision = opened.host.onMessageEnqueue(provoking());
  const [line] = opened.log.of(/gave no verdict/);
  return { ...opened, decision, thrown: String(line?.detail ?? '') };
}
