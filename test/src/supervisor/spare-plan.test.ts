// For which plugins the shared spare thread is, and what it begins with.

import { noPermissions } from '@gatehouse/host/internal/contract/permissions';
import type { ThreadSpec } from '@gatehouse/host/internal/contract/supervisor-contract';
import { covers, planFor, type SparePlan } from '@gatehouse/host/internal/supervisor/spare/plan';
import t from 'tap';
import { plainThread } from '../support/supervise.js';

function plugin(name: string, readable: readonly string[], more: Partial<ThreadSpec> = {}, memoryMb = 64) {
  return { name, memoryMb, thread: { ...plainThread, isolation: 'hardened-thread', readable, ...more } as const };
}

const isCovered = (plan: SparePlan | undefined, one: ReturnType<typeof plugin>) =>
  plan !== undefined && covers(plan, one);

t.test(
  'the spare thread begins with the paths of all plugins that it is for, and with no permission besides',
  async (t) => {
    const a = plugin('a', ['/plugins/a', '/shared'], { writable: ['/data/a'] });
    const b = plugin('b', ['/plugins/b', '/shared']);
    const plan = planFor([b, a]);
    t.strictSame(plan?.reach.readable, ['/plugins/a', '/shared', '/data/a', '/plugins/b']);
    t.strictSame(plan?.reach.writable, ['/data/a']);
    t.strictSame(plan?.thread.granted, noPermissions);
    t.ok(isCovered(plan, a) && isCovered(plan, b));
  },
);

t.test('it is for the plugins of the limits that most of them have', async (t) => {
  const usual = [plugin('a', ['/a']), plugin('b', ['/b'])];
  const others = [
    plugin('large', ['/large'], {}, 128),
    plugin('spoken-to', ['/spoken-to'], { env: { LANG: 'C' } }),
    plugin('nice', ['/nice'], { niceness: { gate: 19, observers: 19 } }),
  ];
  const plan = planFor([...others, ...usual]);
  for (const one of usual) t.ok(isCovered(plan, one), one.name);
  for (const one of others) t.notOk(isCovered(plan, one), one.name);
});

t.test('it is for no plugin outside of a hardened thread, nor for one with a permission that is no path', async (t) => {
  const others = [
    plugin('open', ['/open'], { isolation: 'thread' }),
    plugin('process', ['/process'], { isolation: 'process' }),
    plugin('network', ['/network'], { granted: { ...noPermissions, network: true } }),
    plugin('wasi', ['/wasi'], { granted: { ...noPermissions, wasi: true } }),
  ];
  t.equal(planFor(others), undefined);
  const plan = planFor([...others, plugin('a', ['/a'])]);
  for (const one of others) t.notOk(isCovered(plan, one), one.name);
});

t.test('a plugin whose paths lie inside of another’s, or are too many, has none of it', async (t) => {
  const inner = plugin('z', ['/srv/lists/z']);
  const many = plugin(
    'many',
    Array.from({ length: 101 }, (_, i) => `/many/${i}`),
  );
  const outer = plugin('a', ['/srv/lists']);
  const plan = planFor([inner, many, outer]);
  t.ok(isCovered(plan, outer));
  t.notOk(isCovered(plan, inner));
  t.notOk(isCovered(plan, many));
});

t.test('a plugin that was granted more since than the spare thread has is not covered', async (t) => {
  const plan = planFor([plugin('a', ['/a'])]);
  t.notOk(isCovered(plan, plugin('a', ['/a', '/more'])));
  t.notOk(isCovered(plan, plugin('a', ['/a'], { writable: ['/a'] })));
});
