// Settings: messages and mailboxes.

import { flag, whole } from '../kinds.js';
import { row } from './setting-row.js';

export const messageSettings = {
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
    live: true,
    kind: whole(1_024, 256 * 1024 * 1024),
    default: 4 * 1024 * 1024,
    about: 'Payload bytes in one answer to a fetch; at least one message comes',
  }),
  messageTtlDays: row({
    live: true,
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
    live: true,
    kind: whole(1, 24 * 30),
    default: 24,
    about: 'How long the key of a message is remembered, so that sending it again stores it once',
  }),
  mailboxMessages: row({
    live: true,
    kind: whole(1, 100_000_000),
    default: 10_000,
    about: 'Messages that a mailbox holds at most; more are refused until some are acknowledged or expire',
  }),
  mailboxBytes: row({
    live: true,
    kind: whole(1, 2 ** 40),
    default: 256 * 1024 * 1024,
    about: 'Bytes of payload that a mailbox holds at most',
  }),
  maxWaitMs: row({
    kind: whole(0, 600_000),
    default: 60_000,
    about: 'Longest time that a fetch-wait may ask for',
  }),
} as const;
