// Every setting of the server: one table with its name in the environment, its default and what it is for.

import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  address,
  type ConfigByPlugin,
  flag,
  type GrantByPlugin,
  list,
  oneOf,
  type PolicyByPlugin,
  pluginConfig,
  pluginGrants,
  pluginPolicies,
  port,
  powerOfTwo,
  type SettingKind,
  secret,
  text,
  type WaitMode,
  wait,
  whole,
} from './setting-kinds.js';

interface SettingRow<T> {
  readonly env: `GATEHOUSE_${string}`;
  readonly kind: SettingKind<T>;
  readonly default: T;
  readonly about: string;
  /** Its value is never shown. */
  readonly secret?: boolean;
}

/** Takes the type of the value from the default, so that a row can have a wider one than its kind reads. */
function row<T>(row: SettingRow<T>): SettingRow<T> {
  return row;
}

const noConfig: ConfigByPlugin = {};
const noGrants: GrantByPlugin = {};
const noPolicies: PolicyByPlugin = {};
const notSet: string | undefined = undefined;

export const settingTable = {
  dataFolder: row({ env: 'GATEHOUSE_DATA', kind: text, default: './data', about: 'Folder of everything that is kept' }),
  address: row({ env: 'GATEHOUSE_ADDRESS', kind: address, default: '127.0.0.1', about: 'Where clients connect' }),
  port: row({ env: 'GATEHOUSE_PORT', kind: port, default: 7700, about: 'Port for clients; 0: a free one' }),
  adminAddress: row({
    env: 'GATEHOUSE_ADMIN_ADDRESS',
    kind: address,
    default: '127.0.0.1',
    about: 'Where operators connect',
  }),
  adminPort: row({
    env: 'GATEHOUSE_ADMIN_PORT',
    kind: port,
    default: 7701,
    about: 'Port for operators; 0: a free one',
  }),
  adminToken: row<string | undefined>({
    env: 'GATEHOUSE_ADMIN_TOKEN',
    kind: secret(16),
    default: notSet,
    secret: true,
    about: 'Token of the admin API; without it, one is made and kept in the data folder',
  }),
  plugins: row<readonly string[]>({
    env: 'GATEHOUSE_PLUGINS',
    kind: list(delimiter),
    default: [fileURLToPath(new URL('../../plugins', import.meta.url))],
    about: 'Folders of plugins; those of this repository if none are named',
  }),
  enabled: row<readonly string[]>({
    env: 'GATEHOUSE_ENABLED',
    kind: list(','),
    default: ['payload-limiter', 'login-auditor', 'tracing'],
    about: 'Plugins that are enabled as long as no operator has said anything of them',
  }),
  pluginConfig: row<ConfigByPlugin>({
    env: 'GATEHOUSE_PLUGIN_CONFIG',
    kind: pluginConfig,
    default: noConfig,
    about: 'Configuration by plugin name: JSON, or the path of a JSON file',
  }),
  policies: row<PolicyByPlugin>({
    env: 'GATEHOUSE_POLICIES',
    kind: pluginPolicies,
    default: noPolicies,
    about:
      'What it counts as when a plugin cannot decide, by plugin name (docs/policies.md): JSON, or the path of a file',
  }),
  grants: row<GrantByPlugin>({
    env: 'GATEHOUSE_GRANTS',
    kind: pluginGrants,
    default: noGrants,
    about: 'What plugins are permitted of what they ask for, by name (docs/isolation.md): JSON, or the path of a file',
  }),
  gatherMax: row({
    env: 'GATEHOUSE_GATHER_MAX',
    kind: whole(1, 1_024),
    default: 64,
    about: 'Messages decided in one call of the gate',
  }),
  chain: row<'sequential' | 'parallel'>({
    env: 'GATEHOUSE_CHAIN',
    kind: oneOf('sequential', 'parallel'),
    default: 'sequential',
    about: 'How the gate asks several plugins: one after the other, or all at once',
  }),
  budgetMs: row({
    env: 'GATEHOUSE_BUDGET_MS',
    kind: whole(1, 60_000),
    default: 100,
    about: 'Longest time that one call of the gate holds the server, however many plugins are asked',
  }),
  wait: row<WaitMode>({
    env: 'GATEHOUSE_WAIT',
    kind: wait,
    default: 'adaptive',
    about: 'How the server and its plugins wait for each other: adaptive, park (never spin), or µs to spin',
  }),
  ringBytes: row({
    env: 'GATEHOUSE_RING_BYTES',
    kind: powerOfTwo(16_384, 2 ** 30),
    default: 2 ** 20,
    about: 'Room for observer events that wait for one thread of a plugin; what does not fit is dropped and counted',
  }),
  sealedSender: row({
    env: 'GATEHOUSE_SEALED_SENDER',
    kind: flag,
    default: false,
    about: 'Take messages without a token, whose sender then nobody knows',
  }),
  maxPayloadBytes: row({
    env: 'GATEHOUSE_MAX_PAYLOAD_BYTES',
    kind: whole(1, 64 * 1024 * 1024),
    default: 256 * 1024,
    about: 'Largest payload of a message',
  }),
  maxBatchBytes: row({
    env: 'GATEHOUSE_MAX_BATCH_BYTES',
    kind: whole(1_024, 256 * 1024 * 1024),
    default: 8 * 1024 * 1024,
    about: 'Largest body of a batch',
  }),
  maxFetchBytes: row({
    env: 'GATEHOUSE_MAX_FETCH_BYTES',
    kind: whole(1_024, 256 * 1024 * 1024),
    default: 4 * 1024 * 1024,
    about: 'Payload bytes in one answer to a fetch; at least one message comes',
  }),
  maxWaitMs: row({
    env: 'GATEHOUSE_MAX_WAIT_MS',
    kind: whole(0, 600_000),
    default: 60_000,
    about: 'Longest time that a fetch-wait may ask for',
  }),
  sessionHours: row({
    env: 'GATEHOUSE_SESSION_HOURS',
    kind: whole(1, 24 * 365),
    default: 24 * 7,
    about: 'How long a session token is valid after it was last used',
  }),
  sessionMaxHours: row({
    env: 'GATEHOUSE_SESSION_MAX_HOURS',
    kind: whole(1, 24 * 3_650),
    default: 24 * 90,
    about: 'How long a session token is valid at most, however much it is used',
  }),
  loginSeconds: row({
    env: 'GATEHOUSE_LOGIN_SECONDS',
    kind: whole(1, 600),
    default: 30,
    about: 'Time between the two steps of a login, after which it counts as failed',
  }),
  rateLimit: row({
    env: 'GATEHOUSE_RATE_LIMIT',
    kind: whole(0, 1_000_000),
    default: 100,
    about: 'Requests per second of one identity, or of one address without one; 0: no limit',
  }),
  loginRateLimit: row({
    env: 'GATEHOUSE_LOGIN_RATE_LIMIT',
    kind: whole(0, 1_000_000),
    default: 60,
    about: 'Registration and login requests per minute of one address; 0: no limit',
  }),
  shutdownSeconds: row({
    env: 'GATEHOUSE_SHUTDOWN_SECONDS',
    kind: whole(1, 600),
    default: 15,
    about: 'Time to close in, after which the process ends anyway',
  }),
  logLevel: row({
    env: 'GATEHOUSE_LOG_LEVEL',
    kind: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    about: 'What is logged',
  }),
} as const satisfies Record<string, SettingRow<never> | SettingRow<unknown>>;

type Table = typeof settingTable;
type SettingName = keyof Table;
type ValueOf<R> = R extends SettingRow<infer T> ? T : never;

export type Settings = { readonly [N in SettingName]: ValueOf<Table[N]> };

const rows = Object.entries(settingTable) as readonly [SettingName, SettingRow<unknown>][];

export const defaultSettings = Object.fromEntries(rows.map(([name, { default: value }]) => [name, value])) as Settings;

/** Names every setting that is wrong, with the place it came from and what was expected there. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The settings of an environment over the defaults. An empty variable counts as not set. @throws SettingsError */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const complaints: string[] = [];
  const read = rows.flatMap(([name, row]) => {
    const given = env[row.env];
    if (given === undefined || given === '') return [];
    const value = parsed(row, given);
    if (value !== undefined) return [[name, value]];
    complaints.push(`${row.env} is wrong: expected ${row.kind.expected}${row.secret ? '' : `, found "${given}"`}`);
    return [];
  });
  if (complaints.length > 0) throw new SettingsError(complaints.join('\n'));
  return { ...defaultSettings, ...Object.fromEntries(read) };
}

function parsed(row: SettingRow<unknown>, given: string): unknown {
  try {
    return row.kind.parse(given);
  } catch {
    return undefined;
  }
}

/** Names in the environment that look like a setting and are none: misspelt, most likely. */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const names = new Set<string>(rows.map(([, row]) => row.env));
  return Object.keys(env).filter((name) => name.startsWith('GATEHOUSE_') && !names.has(name));
}
