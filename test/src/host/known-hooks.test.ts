// What a plugin guards is not underestimated while it has not said so itself.

import { parseManifest } from '@gatehouse/host/internal/plugins/found/manifest';
import { InstalledPlugin } from '@gatehouse/host/internal/plugins/installed-plugin';
import type { HookName } from '@gatehouse/plugin-api';
import t from 'tap';

function installed(announced: readonly string[] | undefined, remembered: readonly HookName[] | undefined) {
  const manifest = parseManifest({ apiVersion: 1, ...(announced && { hooks: announced }) }, 'guard', 'package.json');
  const found = { kind: 'valid', name: 'guard', title: 'guard', version: '', path: '/', entry: '/guard.mjs', manifest };
  return new InstalledPlugin(found as ConstructorParameters<typeof InstalledPlugin>[0], true, { remembered });
}

t.test(
  'a plugin of which nothing is known guards everything, and so does one that is remembered without a hook',
  async (t) => {
    for (const plugin of [installed(undefined, undefined), installed(undefined, []), installed([], [])]) {
      t.ok(plugin.implements('onMessageEnqueue'));
      t.ok(plugin.implements('onFetch'));
    }
  },
);

t.test(
  'until it has said so, what an earlier version had and what the manifest announces are both its hooks',
  async (t) => {
    const plugin = installed(['onMessageEnqueue'], ['onFetch']);
    t.ok(plugin.implements('onMessageEnqueue'));
    t.ok(plugin.implements('onFetch'));
    t.notOk(plugin.implements('onAuth'));
  },
);
