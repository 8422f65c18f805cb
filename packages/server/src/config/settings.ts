// Every setting of the server: one table of kinds, defaults and purposes. Its key is its name in a settings file; its
// variable and its flag derive from that (config/names.ts).

import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostOptionRows, type OptionKind, type OptionRow, type RowWithDefault, type ValueOf } from '@gatehouse/host';
import { address, flag, oneOf, port, type SettingKind, secret, text, whole } from './kinds.js';
import { asChoice, asList, asMap, asNumber, asWait } from './option-kinds.js';

export interface SettingRow<T> {
  readonly kind: SettingKind<T>;
  readonly default: T;
  readonly about: string;
  /** Describes the default where its value would mean nothing to other people. */
  readonly defaultText?: string;
  /** Its value is never shown. */
  readonly secret?: boolean;
  /** The host option that the setting sets: it defines the kind, the text, and usually the default. */
  readonly option?: OptionRow<OptionKind<unknown>>;
}

/** Infers the type of the value from the default, so that a row can have a wider type than its kind reads. */
function row<T>(row: SettingRow<T>): SettingRow<T> {
  return row;
}

type KindOf<K> = (kind: K) => SettingKind<ValueOf<K>>;

/** A row for a host option whose default differs here. */
function ofOption<K extends OptionKind<unknown>>(option: OptionRow<K>, kindOf: KindOf<K>, page?: string) {
  const about = page === undefined ? option.about : `${option.about} (${page})`;
  return { kind: kindOf(option.kind), about, option };
}

/** A row that takes everything from a host option; `page` explains it to operators. */
function optionRow<K extends OptionKind<unknown>>(
  option: RowWithDefault<K>,
  kindOf: KindOf<K>,
  page?: string,
): SettingRow<ValueOf<K>> {
  return { ...ofOption(option, kindOf, page), default: option.default };
}

const { niceness, gate, observers } = hostOptionRows;
const notSet: string | undefined = undefined;

export const settingTable = {
  dataFolder: row({ kind: text, default: './data', about: 'Folder of everything that is kept' }),
  takeOver: row({
    kind: flag,
    default: false,
    about: 'Start although another server seems to use the data folder: that one ends (docs/durability.md)',
  }),
  beginAnew: row({
    kind: flag,
    default: false,
    about:
      'Start although the data folder has lost its store or its secret of logins, and make a new one (docs/storage.md)',
  }),
  newEpoch: row({
    kind: flag,
    default: false,
    about:
      'The data folder is a copy that `backup` has not made: number messages above those of the original (docs/storage.md)',
  }),
  trustClock: row({
    kind: flag,
    default: false,
    about: 'The time of this machine is right, however long after the last one that was trusted (docs/storage.md)',
  }),
  checkStoreBytes: row({
    kind: whole(0, 2 ** 50),
    default: 1024 ** 3,
    about:
      'After an unclean end, a store of up to so many bytes is read through before the ports open; 0: none (docs/storage.md)',
  }),
  address: row({ kind: address, default: '127.0.0.1', about: 'Where clients connect' }),
  port: row({ kind: port, default: 7700, about: 'Port for clients; 0: a free one' }),
  adminAddress: row({
    kind: address,
    default: '127.0.0.1',
    about: 'Where operators connect',
  }),
  adminPort: row({
    kind: port,
    default: 7701,
    about: 'Port for operators; 0: a free one',
  }),
  tlsCert: row<string | undefined>({
    kind: text,
    default: notSet,
    about: 'File with the certificate (PEM, with its chain) of both ports; read again when it changes',
  }),
  tlsKey: row<string | undefined>({ kind: text, default: notSet, about: 'File with the private key of `tlsCert`' }),
  insecureBind: row({
    kind: flag,
    default: false,
    about: 'Listen without TLS where other machines can connect; only where something in front of the server has TLS',
  }),
  requestSeconds: row({ kind: whole(1, 3_600), default: 30, about: 'Time that a request has to arrive completely' }),
  headersSeconds: row({ kind: whole(1, 600), default: 10, about: 'Time that the head of a request has to arrive' }),
  writeSeconds: row({
    kind: whole(1, 3_600),
    default: 30,
    about: 'Time in which a client has to take something of what is written to it, or its connection is cut',
  }),
  unreadBytesPerConnection: row({
    kind: whole(1_024, 2 ** 40),
    default: 8 * 1024 * 1024,
    about: 'Bytes of answers under way to one connection; one answer is sent in any case',
  }),
  unreadBytesPerAccount: row({
    kind: whole(1_024, 2 ** 40),
    default: 16 * 1024 * 1024,
    about: 'Bytes of answers under way to all connections of one account, or of one address without one',
  }),
  connectionsPerAddress: row({
    kind: whole(0, 1_000_000),
    default: 20_000,
    about: 'Connections of one address at a time, on each port; 0: no limit',
  }),
  adminToken: row<string | undefined>({
    kind: secret(16),
    default: notSet,
    secret: true,
    about: 'Token of the admin API; without it, one is made and kept in the data folder',
  }),
  plugins: row<readonly string[]>({
    ...ofOption(hostOptionRows.plugins, asList(delimiter)),
    default: [fileURLToPath(new URL('../../../plugins', import.meta.url))],
    defaultText: 'packages/plugins of this repository',
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
  wait: optionRow(gate.rows.wait, asWait),
  ringBytes: optionRow(observers.rows.ringBytes, asNumber),
  sealedSender: row({
    kind: flag,
    default: false,
    about: 'Take messages without a token, whose sender then nobody knows',
  }),
  maxPayloadBytes: row({
    kind: whole(1, 64 * 1024 * 1024),
    default: 256 * 1024,
    about: 'Largest payload of a message',
  }),
  maxBatchBytes: row({
    kind: whole(1_024, 256 * 1024 * 1024),
    default: 8 * 1024 * 1024,
    about: 'Largest body of a batch',
  }),
  maxFetchBytes: row({
    kind: whole(1_024, 256 * 1024 * 1024),
    default: 4 * 1024 * 1024,
    about: 'Payload bytes in one answer to a fetch; at least one message comes',
  }),
  messageTtlDays: row({
    kind: whole(1, 3_650),
    default: 30,
    about: 'Days after which a message that nobody acknowledged expires, when its sender has not said',
  }),
  messageTtlMaxDays: row({
    kind: whole(1, 3_650),
    default: 90,
    about: 'Days for which a message is kept at most, whatever its sender says',
  }),
  idempotencyHours: row({
    kind: whole(1, 24 * 30),
    default: 24,
    about: 'How long the key of a message is remembered, so that sending it again stores it once',
  }),
  mailboxMessages: row({
    kind: whole(1, 100_000_000),
    default: 10_000,
    about: 'Messages that a mailbox holds at most; more are refused until some are acknowledged or expire',
  }),
  mailboxBytes: row({
    kind: whole(1, 2 ** 40),
    default: 256 * 1024 * 1024,
    about: 'Bytes of payload that a mailbox holds at most',
  }),
  maxWaitMs: row({
    kind: whole(0, 600_000),
    default: 60_000,
    about: 'Longest time that a fetch-wait may ask for',
  }),
  sessionHours: row({
    kind: whole(1, 24 * 365),
    default: 24 * 7,
    about: 'How long a session token is valid after it was last used',
  }),
  sessionMaxHours: row({
    kind: whole(1, 24 * 3_650),
    default: 24 * 90,
    about: 'How long a session token is valid at most, however much it is used',
  }),
  loginSeconds: row({
    kind: whole(1, 600),
    default: 30,
    about: 'Time between the two steps of a login, after which it counts as failed',
  }),
  rateLimit: row({
    kind: whole(0, 1_000_000),
    default: 100,
    about: 'Requests per second of one identity, or of one address without one; 0: no limit',
  }),
  loginRateLimit: row({
    kind: whole(0, 1_000_000),
    default: 60,
    about: 'Registration and login requests per minute of one address; 0: no limit',
  }),
  overloadDelayMs: row({
    kind: whole(0, 10_000),
    default: 25,
    about: 'Delay of requests, in ms, above which the server takes fewer at a time and refuses the others; 0: never',
  }),
  drainSeconds: row({
    kind: whole(0, 600),
    default: 5,
    about: 'Time that requests in flight have when the server closes, after which their connections are cut',
  }),
  loginTries: row({
    kind: whole(0, 1_000),
    default: 5,
    about:
      'Logins of one account that may fail before the next has to wait, of one address 20 times as many; 0: no limit',
  }),
  loginDelaySeconds: row({
    kind: whole(1, 86_400),
    default: 300,
    about: 'Longest wait between logins that fail; it begins with a second and doubles with each',
  }),
  shutdownSeconds: row({
    kind: whole(1, 600),
    default: 15,
    about: 'Time to close in, after which the process ends anyway',
  }),
  logLevel: row({
    kind: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    about: 'What is logged',
  }),
} as const satisfies Record<string, SettingRow<never> | SettingRow<unknown>>;

type Table = typeof settingTable;
type SettingOf<R> = R extends SettingRow<infer T> ? T : never;

export type SettingName = keyof Table;
export type Settings = { readonly [N in SettingName]: SettingOf<Table[N]> };

export const settingRows = Object.entries(settingTable) as readonly [SettingName, SettingRow<unknown>][];

export const defaultSettings = Object.fromEntries(settingRows.map(([name, row]) => [name, row.default])) as Settings;
