// Every option of a host: one table with its kind, default and purpose. The type, the check, the settings of the
// server and docs/options.md derive from it.

import { type HookSet, type HookTable, messengerHooks } from '@gatehouse/plugin-api/hooks';
import { defaultSizes } from '../channel/index.js';
import { chainOrders } from '../contract/chain-order.js';
import { isolations } from '../contract/isolation.js';
import { complaintsOfPolicies, type PolicyWish } from '../contract/policy.js';
import { complaintsOfGrants, type Grant } from '../plugins/grants.js';
import {
  byPlugin,
  eachByPlugin,
  flag,
  listOfText,
  logger,
  type MapKind,
  objectByPlugin,
  oneOf,
  path,
  powerOfTwo,
  tableOfHooks,
  waitMode,
  whole,
} from './kinds.js';
import { type OptionsOf, type OptionTable, row } from './rows.js';

const policies: MapKind<PolicyWish> = byPlugin('a policy', (map, _at, tell) => complaintsOfPolicies(map, tell));
const grants: MapKind<Grant> = byPlugin('a grant', (map, _at, tell) => complaintsOfGrants(map, tell));
const niceness = whole(0, 19);

export const hostOptionRows = {
  hooks: {
    kind: tableOfHooks,
    default: messengerHooks,
    defaultText: "the messenger's six hooks",
    about: 'The hooks that plugins implement: a table made with `defineHooks`',
  },
  plugins: {
    required: true,
    kind: listOfText('a list of folders'),
    about:
      'Folders of plugins. Each entry of a folder is a plugin: a folder with a manifest, or a single file of JavaScript or TypeScript',
  },
  stateFile: {
    kind: path('the path of a file'),
    about: 'File that stores which plugins are enabled. Without it, the host forgets them when it closes',
  },
  takeOver: row({
    kind: flag,
    default: false,
    about: 'Use the state file although another host seems to use it. That one can store nothing from then on',
  }),
  enabled: row({
    kind: listOfText('a list of plugin names'),
    default: [],
    about:
      'Plugins that are enabled as long as nothing else is stored for them, by name or by path (`./plugins/guard`). One ' +
      'that is not found is `missing`, and counts as `unavailable`',
  }),
  enabledIfFound: row({
    kind: listOfText('a list of plugin names'),
    default: [],
    about:
      "The same where they are found, and not missing where they are not: a default of yours, not an operator's word",
  }),
  config: row({
    kind: objectByPlugin('a configuration'),
    default: {},
    about: "Configuration by plugin name; overrides the defaults of the plugin's manifest",
  }),
  policies: row({
    kind: policies,
    default: {},
    about:
      'What to do with a message when a plugin fails, by plugin name: for all causes, or for each. Overrides the ' +
      "plugin's manifest; where neither has a policy, the message is deferred",
  }),
  grants: row({
    kind: grants,
    default: {},
    about:
      'Permissions that plugins get, by plugin name, of those that their manifests ask for; `as-asked` grants all of them',
  }),
  pluginData: {
    kind: path('the path of a folder'),
    about: 'Folder where each plugin that may keep files gets a folder. Without it, no plugin may',
  },
  isolation: row({
    kind: eachByPlugin(oneOf(isolations)),
    default: {},
    about:
      "Tier that a plugin runs in, by plugin name; overrides the plugin's manifest. Without it, a plugin runs at least " +
      'in a `hardened-thread`, unless it is granted `as-asked`',
  }),
  niceness: {
    rows: {
      gate: row({
        kind: niceness,
        default: 1, // Measured: see docs/decisions/0004.
        about: "How far the CPU priority of plugins that answer gate calls is below the host's (Linux only)",
      }),
      observers: row({
        kind: niceness,
        default: 10,
        about: "How far the CPU priority of plugins that only observe is below the host's (Linux only)",
      }),
    },
  },
  readyMs: row({
    kind: whole(0, 300_000, 'ms'),
    default: 2000,
    about:
      'How long the start waits for the enabled plugins. Gate calls of a plugin that is not ready by then count as ' +
      '`unavailable` until it is',
  }),
  strict: row({
    kind: flag,
    default: false,
    about:
      'Start only if every enabled plugin is ready within `readyMs`; else `createHost` closes what has started and ' +
      'rejects with `PLUGINS_NOT_READY`, which names each and the reason',
  }),
  logger: {
    kind: logger,
    defaultText: 'none: the host is silent',
    about:
      'Logger of the host and of its plugins: pino, bunyan, winston, `console`, or any object with `debug`, `info`, `warn` and ' +
      '`error`; `false` for none',
  },
  gate: {
    rows: {
      budgetMs: row({
        kind: whole(1, 60_000, 'ms'),
        default: 100,
        about: 'Longest time that one gate call takes, however many plugins it asks; `ask` blocks its thread meanwhile',
      }),
      graceMs: row({
        kind: whole(0, 60_000, 'ms'),
        default: 1000,
        about: 'How long a plugin that missed its deadline may go on before it is replaced',
      }),
      callMax: row({ kind: whole(1, 1024), default: defaultSizes.callMax, about: 'Most messages in one gate call' }),
      chain: row({
        kind: oneOf(chainOrders),
        default: 'sequential',
        about: 'How a gate call asks several plugins: one after the other, or all at once',
      }),
      wait: row({
        // A longer spin would keep a plugin's thread from its event loop.
        kind: waitMode(whole(0, 2000, 'µs')),
        default: 'adaptive',
        about:
          'How the threads wait for each other: `adaptive` spins for some µs where that pays and sleeps otherwise, ' +
          '`park` never spins, a number of µs (`spinUs`) always spins for so long',
      }),
    },
  },
  observers: {
    rows: {
      ringBytes: row({
        kind: powerOfTwo(16 * 1024, 2 ** 30, 'bytes'),
        default: defaultSizes.ringBytes,
        about:
          'Room for observer events that wait for one thread of a plugin; events that do not fit are dropped and counted',
      }),
    },
  },
} as const satisfies OptionTable;

export interface HostOptions extends OptionsOf<typeof hostOptionRows> {}

/** The options of a host with a table of hooks of its own. */
export interface HostOptionsOf<T extends HookTable> extends Omit<HostOptions, 'hooks'> {
  readonly hooks: HookSet<T>;
}
