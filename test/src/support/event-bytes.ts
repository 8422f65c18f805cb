// Events as encoded in a channel.

import type { HookName } from '@gatehouse/plugin-api';
import { type AnyCodec, Cursor } from '@gatehouse/plugin-api/codec';
import { hooks } from '@gatehouse/plugin-api/hooks';

export function encode(hook: HookName, event: unknown): Uint8Array {
  const { codec } = hooks[hook] as { readonly codec: AnyCodec };
  const cursor = new Cursor(new Uint8Array((Math.min(codec.maxSize, 64 * 1024) + 3) & ~3));
  codec.write(cursor, event);
  return cursor.bytes;
}
