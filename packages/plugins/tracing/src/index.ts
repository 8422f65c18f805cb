// Writes a log line for every event: keys as hex prefixes, lengths, sequence numbers; failed logins as warnings.

import { Continue, definePlugin, type MessageEvent } from '@gatehouse/plugin-api';

/** As defined by the schema in package.json. */
export interface Config {
  /** Number of bytes of a key or channel id that are shown. */
  readonly prefixBytes: number;
}

function prefix(bytes: Uint8Array, { prefixBytes }: Config): string {
  return Buffer.from(bytes.subarray(0, prefixBytes)).toString('hex');
}

function messageFields(event: MessageEvent, config: Config) {
  return {
    sender: event.senderIdentity === undefined ? 'sealed' : prefix(event.senderIdentity, config),
    recipient: prefix(event.recipientKey, config),
    channel: prefix(event.channelId, config),
    payloadLen: event.payloadLen,
    // JSON has no bigint, and a number would lose the last digits.
    seq: String(event.seq),
  };
}

export default definePlugin<Config>({
  onMessageEnqueue(event, { log, config }) {
    log.info(messageFields(event, config), 'hook: message enqueued');
    return Continue;
  },
  onBatchEnqueue(events, { log, config }) {
    const messages = events.map((event) => messageFields(event, config));
    log.info({ count: events.length, messages }, 'hook: batch enqueued');
  },
  onAuth({ username, success, failureReason }, { log }) {
    if (success) log.info({ username }, 'hook: login success');
    else log.warn({ username, failureReason }, 'hook: login failure');
  },
  onChannelCreated(event, { log, config }) {
    const fields = {
      channel: prefix(event.channelId, config),
      initiator: prefix(event.initiatorKey, config),
      peer: prefix(event.peerKey, config),
    };
    log.info(fields, event.wasNew ? 'hook: channel created' : 'hook: channel looked up');
  },
  onFetch(event, { log, config }) {
    const fields = {
      recipient: prefix(event.recipientKey, config),
      channel: prefix(event.channelId, config),
      messageCount: event.messageCount,
    };
    log.info(fields, 'hook: messages fetched');
  },
  onUserRegistered({ username, identityKey }, { log, config }) {
    log.info({ username, identity: prefix(identityKey, config) }, 'hook: user registered');
  },
});
