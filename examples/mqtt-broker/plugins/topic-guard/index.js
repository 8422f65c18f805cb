// A gate: a device uses the topics below its own name, operators use all.

import { Continue, Reject } from '@gatehouse/plugin-api';
import { broker } from 'broker-hooks';

/** @typedef {{ readonly operators: readonly string[] }} Config as the schema in package.json defines it */

/** A return code of a CONNACK (MQTT 3.1.1, section 3.2.2.3). */
const identifierRejected = 2;

const clientForm = /^[a-z0-9-]+$/;

/** @param {string} client */
const ownTopics = (client) => `devices/${client}/`;

/**
 * @param {string} client
 * @param {unknown} config
 */
const isOperator = (client, config) => /** @type {Config} */ (config).operators.includes(client);

export default broker.definePlugin({
  onConnect({ client }) {
    if (clientForm.test(client)) return Continue;
    return Reject('the id of a client is made of small letters, digits and hyphens', {
      returnCode: identifierRejected,
    });
  },

  onSubscribe({ client, filter }, { config }) {
    if (filter.startsWith(ownTopics(client)) || isOperator(client, config)) return Continue;
    return Reject(`${client} may read ${ownTopics(client)}# only`);
  },

  onPublish({ client, topic }, { config }) {
    if (topic.startsWith(ownTopics(client)) || isOperator(client, config)) return Continue;
    return Reject(`${client} may write ${ownTopics(client)}# only`);
  },
});
