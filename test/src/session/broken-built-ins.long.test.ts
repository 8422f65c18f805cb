// Plugins that break a built-in at their import: the gate answers rightly or with a fault, and the host goes on.

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Decision, Host, Isolation } from '@gatehouse/host';
import t, { type Test } from 'tap';
import { login, message } from '../support/events.js';
import { openHostAt } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';

const fixture = new URL('../../plugins/breaks-a-built-in.mjs', import.meta.url);
const { deeds } = (await import(fixture.href)) as { readonly deeds: Readonly<Record<string, unknown>> };

/** Those by which a decision can come out wrong. In the other tiers, they stand for all. */
const telling = /of DataView|of Atomics|of Array\.prototype that return|prototype\.call|member action/;

/** In each tier the session is the same; what carries its answers is not. */
const tiers = {
  'hardened-thread': Object.keys(deeds),
  thread: Object.keys(deeds).filter((title) => telling.test(title)),
  process: Object.keys(deeds).filter((title) => telling.test(title)),
} as const;

/** Short, so that one that never comes to serve, or never answers, does not hold up the others. */
const limits = { startMs: 3000, stopMs: 300, deadlineMs: 300 };

async function folderOf(t: Test, titles: readonly string[]): Promise<string> {
  const folder = await tempFolder(t, {});
  for (const [i, title] of titles.entries()) {
    const own = join(folder, `broken-${i}`);
    await mkdir(own);
    await copyFile(fixture, join(own, 'deeds.mjs'));
    const source = `import { deeds, plugin } from './deeds.mjs'; deeds[${JSON.stringify(title)}](); export default plugin;`;
    await writeFile(join(own, 'index.mjs'), source);
    const gatehouse = { apiVersion: 1, ...limits };
    await writeFile(join(own, 'package.json'), JSON.stringify({ name: `broken-${i}`, main: 'index.mjs', gatehouse }));
  }
  return folder;
}

/** What it said, or a fault in its place. */
function isRight(decision: Decision, said: Decision['action'], reason?: string): boolean {
  if (decision.action === 'defer') return decision.cause !== undefined;
  return decision.action === said && (decision.action !== 'reject' || decision.reason === reason);
}

/** Asks what passes, what does not, and what gets no answer, more than once. */
function wrongs(host: Host): string[] {
  const wrong: string[] = [];
  for (let i = 0; i < 2; i++) {
    const refused = host.onMessageEnqueue(message(11));
    if (!isRight(refused, 'reject', 'too long')) wrong.push(`11: ${JSON.stringify(refused)}`);
    const passed = host.onMessageEnqueue(message(9));
    if (!isRight(passed, 'continue')) wrong.push(`9: ${JSON.stringify(passed)}`);
    const unanswered = host.onMessageEnqueue(message(7));
    if (!isRight(unanswered, 'defer')) wrong.push(`7: ${JSON.stringify(unanswered)}`);
  }
  return wrong;
}

for (const [tier, titles] of Object.entries(tiers)) {
  t.test(`whatever built-in a plugin breaks, a ${tier} never continues with what it did not say`, async (t) => {
    const folder = await folderOf(t, titles);
    const isolation = Object.fromEntries(titles.map((_, i) => [`broken-${i}`, tier as Isolation]));
    const { host } = await openHostAt(t, folder, { enabled: [], isolation, gate: { budgetMs: 600, graceMs: 300 } });
    for (const [i, title] of titles.entries()) {
      const name = `broken-${i}`;
      const isReady = await host.enable(name).then(
        () => true,
        ({ code }) => code !== 'PLUGIN_NOT_STARTED',
      );
      t.same(isReady ? wrongs(host) : [], [], title);
      host.onAuth(login('ann'));
      await host.disable(name);
    }
    t.same(host.onMessageEnqueue(message(11)), { action: 'continue' }, 'and the host goes on');
  });
}
