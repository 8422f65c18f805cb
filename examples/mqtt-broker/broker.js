// The broker: asks the plugins before anything takes effect, and tells them of what did.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createHost } from '@gatehouse/host';
import { Aedes } from 'aedes';
import { broker as hooks } from 'broker-hooks';
import { refusalOf } from './refusal.js';

/**
 * Listens on a port, with the plugins of the folder `plugins`; `hostOptions` adds to the options of its host.
 *
 * @param {{ port?: number, hostOptions?: Partial<import('@gatehouse/host').HostOptions>, log?: (line: string) => void }} [options]
 */
export async function startBroker({ port = 1883, hostOptions = {}, log = console.log } = {}) {
  const host = await createHost({
    logger: console,
    // On a busy machine plugins take longer than the 2 s for which a host waits unless told so.
    readyMs: 30_000,
    ...hostOptions,
    hooks,
    plugins: [fileURLToPath(new URL('plugins', import.meta.url)), ...(hostOptions.plugins ?? [])],
    enabled: ['topic-guard', 'traffic', ...(hostOptions.enabled ?? [])],
  });
  const aedes = await Aedes.createBroker(handlersOf(host, log));
  aedes.on('publish', (packet, client) => {
    // The broker publishes too, of itself and as nobody.
    if (client !== null) host.tell('onPublished', messageOf(client, packet));
  });
  const server = createServer(aedes.handle).listen(port);
  await once(server, 'listening');
  return {
    host,
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    async close() {
      server.close();
      await new Promise((resolve) => aedes.close(() => resolve(undefined)));
      await host.close();
    },
  };
}

/**
 * @param {import('@gatehouse/host').HostOf<typeof hooks.rows>} host
 * @param {(line: string) => void} log
 * @returns {import('aedes').AedesOptions}
 */
function handlersOf(host, log) {
  /** @type {(hook: string, client: string, ask: Parameters<typeof refusalOf>[0]) => ReturnType<typeof refusalOf>} */
  const refusal = (hook, client, ask) => {
    const refused = refusalOf(ask);
    if (refused !== undefined) log(`${hook} of ${client}: ${refused.message}`);
    return refused;
  };
  return {
    authenticate(client, user, _password, done) {
      const { remoteAddress = '' } = /** @type {import('node:net').Socket} */ (client.conn);
      const event = { client: client.id, address: remoteAddress, ...(user !== undefined && { user }) };
      const refused = refusal('onConnect', client.id, () => host.ask('onConnect', event));
      done(refused ?? null, refused === undefined);
    },
    authorizeSubscribe(client, subscription, done) {
      const event = { client: client.id, filter: subscription.topic, qos: subscription.qos };
      const refused = refusal('onSubscribe', client.id, () => host.ask('onSubscribe', event));
      // Without a subscription the client's SUBACK says so (128), and its connection stays.
      done(null, refused === undefined ? subscription : null);
    },
    authorizePublish(client, packet, done) {
      if (client === null) return done(null);
      if (packet.topic.startsWith('$SYS/')) return done(new Error('$SYS/ is reserved'));
      // MQTT 3.1.1 has no answer that refuses a message, so the connection is closed (MQTT-3.3.5-2).
      done(refusal('onPublish', client.id, () => host.ask('onPublish', messageOf(client, packet))) ?? null);
    },
  };
}

/**
 * @param {import('aedes').Client} client
 * @param {import('aedes').PublishPacket} packet
 */
function messageOf({ id }, { topic, qos, retain, payload }) {
  return { client: id, topic, qos, retain, size: Buffer.byteLength(payload) };
}
