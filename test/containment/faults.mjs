// The table of faults: each is a plugin of its name, or of `plugin`, in test/plugins.

import { misbehave } from '../plugins/trigger.mjs';

/**
 * - `at`: what sets it off: its `import`, its `start` and its `stop` happen by themselves; `gate` is a message, any
 *   other word the observer hook that it is told by.
 * - `deed`: which of several like faults the plugin commits.
 * - `isQuiet`: nobody need be named, as nothing happens to anybody.
 * - `watchMs`: how long it is watched at least, where it is not at once that things go wrong.
 * - `graceMs`: another grace than the others have.
 * - `asksSupervisor`: whether another plugin can be started meanwhile.
 */
const at = (when, name, more = {}) => ({ name, plugin: name, deed: misbehave, at: when, ...more });

const observers = {
  onBatchEnqueue: 'throws-in-batch-observer',
  onAuth: 'throws-in-auth-observer',
  onChannelCreated: 'throws-in-channel-observer',
  onFetch: 'throws-in-fetch-observer',
  onUserRegistered: 'throws-in-user-observer',
};

const shapes = {
  nothing: 'answers-nothing',
  text: 'answers-text',
  number: 'answers-a-number',
  action: 'answers-an-unknown-action',
  reasonless: 'refuses-without-a-reason',
  reason: 'refuses-with-what-is-no-text',
};

const nonsense = { plugin: 'answers-nonsense' };
/** Memory takes its time to run out, and a plugin that hangs meanwhile has as long for it as it has by default. */
const memory = { graceMs: 1000, watchMs: 3000 };
const bitByBit = { graceMs: 1000, watchMs: 4000 };
const uncounted = {
  misbehave: 'takes-shared-memory',
  'growing shared': 'takes-growing-shared-memory',
  'shared wasm': 'takes-shared-wasm-memory',
  resizable: 'takes-resizable-buffers',
  blobs: 'takes-blobs',
  keys: 'takes-keys',
  messages: 'takes-unread-messages',
  'long messages': 'takes-long-unread-messages',
};
const ofNobody = { plugin: 'takes-uncounted-memory' };
const flood = { watchMs: 4000, asksSupervisor: true };

export const faults = [
  at('import', 'throws-in-import'),
  at('start', 'throws-in-start'),
  at('gate', 'throws-in-gate'),
  ...Object.entries(observers).map(([hook, name]) => at(hook, name, { plugin: 'throws-in-observer' })),
  at('stop', 'throws-in-stop'),
  at('gate', 'throws-in-a-timer'),
  at('gate', 'rejects-unhandled'),
  at('import', 'exits-in-import'),
  at('start', 'exits-in-start'),
  at('gate', 'exits-in-gate'),
  at('onFetch', 'exits-in-observer'),
  at('gate', 'aborts'),
  at('gate', 'kills-its-process'),
  at('gate', 'terminates-its-process'),
  at('gate', 'kills-the-parent'),
  at('import', 'spins-in-import'),
  at('start', 'spins-in-start'),
  at('gate', 'spins-in-gate'),
  at('onFetch', 'spins-in-observer', { watchMs: 1500 }),
  at('stop', 'spins-in-stop'),
  at('gate', 'storms-microtasks'),
  at('gate', 'storms-immediates', { watchMs: 1500, isQuiet: true }),
  at('gate', 'matches-for-ever'),
  at('gate', 'waits-for-ever'),
  at('gate', 'never-settles'),
  at('gate', 'answers-late'),
  at('gate', 'answers-twice', { isQuiet: true }),
  ...Object.entries(shapes).map(([deed, name]) => at('gate', name, { ...nonsense, deed })),
  at('gate', 'gives-a-reason-of-10-mb', { isQuiet: true }),
  at('gate', 'gives-a-broken-reason', { isQuiet: true }),
  at('gate', 'scribbles-over-shared-memory', { watchMs: 1500 }),
  at('gate', 'exhausts-heap-by-objects', memory),
  at('gate', 'exhausts-heap-by-map', { ...memory, isChance: true }),
  at('gate', 'exhausts-heap-by-dictionary', memory),
  at('gate', 'exhausts-heap-by-array', { ...memory, isChance: true }),
  at('gate', 'exhausts-heap-by-json', memory),
  at('gate', 'exhausts-heap-by-strings', memory),
  at('gate', 'takes-buffers', bitByBit),
  at('gate', 'takes-wasm-memory', bitByBit),
  ...Object.entries(uncounted).map(([deed, name]) => at('gate', name, { ...bitByBit, ...ofNobody, deed })),
  at('gate', 'overflows-the-stack'),
  at('gate', 'sleeps-in-a-child'),
  at('gate', 'hashes-for-ever'),
  at('gate', 'loads-a-crashing-addon', { plugin: 'loads-an-addon' }),
  at('gate', 'misuses-internal-bindings'),
  at('gate', 'sets-v8-flags'),
  at('gate', 'searches-the-heap'),
  at('gate', 'closes-foreign-descriptors'),
  at('gate', 'fills-the-pool-with-opens', { watchMs: 1000 }),
  at('gate', 'fills-the-pool-with-hashes', { watchMs: 1000, isQuiet: true }),
  at('gate', 'fills-the-pool-with-signatures', { watchMs: 2000, isQuiet: true }),
  at('gate', 'leaks-descriptors', { watchMs: 1000 }),
  at('gate', 'posts-3-million-messages', { ...flood, plugin: 'floods-its-port' }),
  at('gate', 'floods-the-console', flood),
  at('gate', 'floods-the-console-past-its-limit', { ...flood, plugin: 'floods-the-console', deed: 'past its limit' }),
  at('gate', 'floods-the-log', flood),
  at('gate', 'floods-the-log-with-large-fields', { ...flood, plugin: 'floods-the-log', deed: 'large fields' }),
  at('gate', 'nests-200-threads', { watchMs: 5000 }),
  at('gate', 'reads-outside-its-folder'),
  at('gate', 'writes-outside-its-folder'),
  at('gate', 'starts-a-process'),
  at('gate', 'opens-the-inspector'),
  at('gate', 'pollutes-prototypes', { isQuiet: true, watchMs: 800 }),
  at('gate', 'reads-the-environment'),
  at('gate', 'tells-of-the-server'),
  at('gate', 'posts-to-foreign-ports', { asksSupervisor: true }),
  at('stop', 'leaves-timers-after-stop', { isQuiet: true }),
  at('stop', 'refuses-to-stop'),
];
