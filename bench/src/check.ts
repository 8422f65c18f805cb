// What the plugin `allow` decides, for those who do without a host.

import { Continue, type HookAction, type MessageEvent, Reject } from '@gatehouse/plugin-api';

const maxBytes = 65_536;

export function check(event: MessageEvent): HookAction {
  return event.payloadLen > maxBytes ? Reject('payload too large') : Continue;
}
