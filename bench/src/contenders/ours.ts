// The host: codec, plugin and all.

import type { Host } from '@gatehouse/host';
import { type Hosting, openHost } from '../hosting.js';
import type { Blocking } from './contender.js';

export async function ours(hosting: Hosting): Promise<Blocking> {
  const host = await openHost(hosting);
  return { kind: 'blocking', call: (event) => expectContinue(host, event), close: () => host.close() };
}

/** A fault counted as an answer would make the slowest of all look fast. */
export function expectContinue(host: Host, event: Parameters<Host['onMessageEnqueue']>[0]): void {
  const decision = host.onMessageEnqueue(event);
  if (decision.action !== 'continue') throw new Error(`not continued: ${JSON.stringify(decision)}`);
}
