// A real client on the broker: what the plugins let pass and refuse, and what one costs that crashes or hangs.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { startBroker } from '../broker.js';

const timeout = 30_000;
/** Emits the lines of the host's log, by their message. */
const log = new EventEmitter();
/** @type {(message: string, fields: object) => void} */
const emit = (message, fields) => log.emit(message, fields);
const logger = { debug: emit, info: emit, warn: emit, error: emit };
/** @type {string[]} */
const lines = [];
/** @type {Awaited<ReturnType<typeof startBroker>>} */
let broker;

before(async () => {
  const hostOptions = {
    plugins: [fileURLToPath(new URL('plugins', import.meta.url))],
    enabled: ['saboteur'],
    config: { traffic: { every: 2 } },
    logger,
    readyMs: timeout,
    // A busy machine keeps plugins from their cores: they are waited for as long as they want to run.
    gate: { budgetMs: 10_000 },
  };
  broker = await startBroker({ port: 0, hostOptions, log: (line) => lines.push(line) });
});
after(() => broker.close());

/**
 * @param {import('node:test').TestContext} t
 * @param {string} clientId
 * @param {import('mqtt').IClientOptions} [options]
 */
async function connected(t, clientId, options) {
  const client = await connectAsync(`mqtt://localhost:${broker.port}`, { clientId, reconnectPeriod: 0, ...options });
  t.after(() => client.endAsync(true));
  return client;
}

/** @param {import('mqtt').MqttClient} client */
const closing = (client) => new Promise((resolve) => client.once('close', () => resolve(undefined)));

test('a device reads what it may write, and its traffic is counted', { timeout }, async (t) => {
  const client = await connected(t, 'sensor-1');
  const counted = once(log, 'traffic');
  const read = new Promise((resolve) => client.once('message', (topic, payload) => resolve(`${topic} ${payload}`)));
  await client.subscribeAsync('devices/sensor-1/#', { qos: 1 });
  await client.publishAsync('devices/sensor-1/temperature', '21', { qos: 1 });
  await client.publishAsync('devices/sensor-1/humidity', '70', { qos: 1 });
  const [{ plugin, fields }] = await counted;
  assert.deepEqual([plugin, fields], ['traffic', { client: 'sensor-1', messages: 2, bytes: 4 }]);
  assert.equal(await read, 'devices/sensor-1/temperature 21');
});

test('a client is refused at its connection, its subscription and its message', { timeout }, async (t) => {
  await assert.rejects(connected(t, 'Sensor 1'), { code: 2 });
  const client = await connected(t, 'sensor-1');
  await assert.rejects(client.subscribeAsync('devices/sensor-2/#'), /Unspecified error|128/);
  const closed = closing(client);
  client.publish('devices/sensor-2/temperature', '99', { qos: 1 });
  await closed;
  assert.ok(lines.includes('onPublish of sensor-1: topic-guard: sensor-1 may write devices/sensor-1/# only'));
});

test('what is longer than the table of hooks allows is refused, and nobody is asked', { timeout }, async (t) => {
  const client = await connected(t, 'sensor-1');
  const closed = closing(client);
  client.publish(`devices/sensor-1/${'x'.repeat(1000)}`, '21');
  await closed;
  assert.match(lines.at(-1) ?? '', /^onPublish of sensor-1: onPublish: topic: /);
});

for (const { deed, told } of [
  // On a busy machine a thread may take longer to end than it may take to answer.
  { deed: 'crash', told: /saboteur could not say: (crashed|timed-out)$/ },
  { deed: 'hang', told: /saboteur could not say: timed-out$/ },
]) {
  test(`a ${deed} of a plugin costs its message, and the broker goes on`, { timeout }, async (t) => {
    const operator = await connected(t, 'operator', { reconnectPeriod: 20, connectTimeout: 2_000 });
    const sensor = await connected(t, 'sensor-1');
    const closed = closing(sensor);
    sensor.publish(`devices/sensor-1/${deed}`, '');
    await closed;
    assert.match(lines.at(-1) ?? '', told);
    // The hooks that it does not implement do not miss it.
    await operator.subscribeAsync('devices/#', { qos: 1 });
    // A message of QoS 1 is sent again by its client, until the plugin runs again and can say.
    await operator.publishAsync('devices/sensor-1/settings', 'on', { qos: 1 });
  });
}
