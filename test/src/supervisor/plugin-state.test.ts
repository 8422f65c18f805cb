// The states of a plugin and the steps between them.

import { isStep, type PluginState } from '@gatehouse/host/internal/contract/plugin-state';
import t from 'tap';

/** Every state; the compiler holds that none is missing. */
const all: Readonly<Record<PluginState, true>> = {
  missing: true,
  invalid: true,
  disabled: true,
  starting: true,
  ready: true,
  restarting: true,
  quarantined: true,
  failed: true,
  stopping: true,
};
const states = Object.keys(all) as PluginState[];

function reachableFrom(from: PluginState): ReadonlySet<PluginState> {
  const reached = new Set<PluginState>([from]);
  for (const state of reached) {
    for (const next of states) if (isStep(state, next)) reached.add(next);
  }
  return reached;
}

t.test('every state can be reached from every other, so that none is a trap', async (t) => {
  for (const from of states) t.same([...reachableFrom(from)].sort(), [...states].sort(), `from ${from}`);
});

t.test('no state is a step to itself', async (t) => {
  t.same(
    states.filter((state) => isStep(state, state)),
    [],
  );
});

t.test('a plugin serves only after it was started, and is stopped before it is disabled', async (t) => {
  const into = (to: PluginState) => states.filter((from) => isStep(from, to)).sort();
  t.same(into('ready'), ['restarting', 'starting']);
  t.same(into('restarting'), ['ready']);
  t.same(into('disabled'), ['failed', 'invalid', 'missing', 'quarantined', 'stopping']);
  t.notOk(isStep('invalid', 'starting'));
  t.notOk(isStep('missing', 'starting'));
});
