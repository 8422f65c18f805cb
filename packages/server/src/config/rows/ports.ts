// Settings: the two ports, and what a connection may take.

import { address, flag, port, proxies, secret, type TrustedProxies, text, whole } from '../kinds.js';
import { notSet, row } from './setting-row.js';

export const portSettings = {
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
    live: true,
    kind: whole(1_024, 2 ** 40),
    default: 8 * 1024 * 1024,
    about: 'Bytes of answers under way to one connection; one answer is sent in any case',
  }),
  unreadBytesPerAccount: row({
    live: true,
    kind: whole(1_024, 2 ** 40),
    default: 16 * 1024 * 1024,
    about: 'Bytes of answers under way to all connections of one account, or of one address without one',
  }),
  connectionsPerAddress: row({
    kind: whole(0, 1_000_000),
    default: 20_000,
    about: 'Connections of one address at a time, on each port; 0: no limit',
  }),
  trustProxy: row<TrustedProxies | undefined>({
    kind: proxies,
    default: undefined,
    about: 'Proxies in front of the port for clients whose `X-Forwarded-For` is believed (operations.md)',
  }),
  adminToken: row<string | undefined>({
    kind: secret(16),
    default: notSet,
    secret: true,
    about: 'Token of the admin API; without it, one is made and kept in the data folder',
  }),
} as const;
