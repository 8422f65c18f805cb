// Uses the network, in the way that its configuration names.

import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import { resolve4 } from 'node:dns/promises';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, createServer } from 'node:net';
import { connect as connectSafely } from 'node:tls';
import { attempting } from './trigger.mjs';

const host = '127.0.0.1';

const ways = {
  connect: (port) => once(connect(port, host), 'connect'),
  http: (port) => once(get({ port, host }), 'response'),
  tls: (port) => once(connectSafely({ port, host }), 'secureConnect'),
  fetch: (port) => fetch(`http://${host}:${port}`),
  listen: () => once(createServer().listen(0, host).unref(), 'listening'),
  datagram: (port) => createSocket('udp4').unref().send('hello', port, host),
  lookup: () => new Promise((resolve) => lookup('localhost', resolve)),
  resolve: () => resolve4('localhost'),
};

export default attempting(async ({ config }) => {
  await ways[config.way](config.port);
  return 'used the network';
});
