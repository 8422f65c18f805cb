// Settings: plugins and the hooks that ask them.

import { delimiter } from 'node:path';
import { hostOptionRows } from '@gatehouse/host';
import { oneOf } from '../kinds.js';
import { asChoice, asList, asMap, asNumber, asWait } from '../option-kinds.js';
import { defaultPluginFolders } from '../plugin-folders.js';
import { ofOption, optionRow, row } from './setting-row.js';

const { niceness, gate, observers } = hostOptionRows;

export const pluginSettings = {
  plugins: row<readonly string[]>({
    ...ofOption(hostOptionRows.plugins, asList(delimiter)),
    default: defaultPluginFolders,
    defaultText:
      './plugins, made if missing, and the plugins that come with the server; in a checkout packages/plugins',
  }),
  enabled: row<readonly string[]>({
    ...ofOption(hostOptionRows.enabled, asList(',')),
    default: ['payload-limiter', 'login-auditor'],
  }),
  pluginConfig: row({ ...optionRow(hostOptionRows.config, asMap), secret: true }),
  policies: optionRow(hostOptionRows.policies, asMap, 'docs/policies.md'),
  grants: optionRow(hostOptionRows.grants, asMap, 'docs/isolation.md'),
  isolation: optionRow(hostOptionRows.isolation, asMap, 'docs/isolation.md'),
  gateNiceness: optionRow(niceness.rows.gate, asNumber),
  observerNiceness: optionRow(niceness.rows.observers, asNumber),
  readyMs: optionRow(hostOptionRows.readyMs, asNumber),
  graceMs: optionRow(gate.rows.graceMs, asNumber),
  gatherMax: optionRow(gate.rows.callMax, asNumber),
  chain: optionRow(gate.rows.chain, asChoice),
  budgetMs: optionRow(gate.rows.budgetMs, asNumber),
  gateMode: row<'blocking' | 'async'>({
    kind: oneOf('blocking', 'async'),
    default: 'blocking',
    about:
      'How the server asks the gate: its thread blocks until there is a decision, or goes on meanwhile, which suits plugins ' +
      'that wait for something (docs/gate.md)',
  }),
  wait: optionRow(gate.rows.wait, asWait),
  ringBytes: optionRow(observers.rows.ringBytes, asNumber),
} as const;
