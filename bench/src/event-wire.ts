// How a message event travels to another process: as JSON for a webhook, as bytes for gRPC.

import type { HookAction, MessageEvent } from '@gatehouse/plugin-api';
import { Cursor } from '@gatehouse/plugin-api/codec';
import { hooks } from '@gatehouse/plugin-api/hooks';

const { codec } = hooks.onMessageEnqueue;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');

export function toJson(event: MessageEvent): string {
  return JSON.stringify({
    senderIdentity: event.senderIdentity && base64(event.senderIdentity),
    recipientKey: base64(event.recipientKey),
    channelId: base64(event.channelId),
    payloadLen: event.payloadLen,
    seq: String(event.seq),
  });
}

export function fromJson(json: Record<string, string> & { payloadLen: number }): MessageEvent {
  return {
    ...(json.senderIdentity !== undefined && { senderIdentity: Buffer.from(json.senderIdentity, 'base64url') }),
    recipientKey: Buffer.from(json.recipientKey!, 'base64url'),
    channelId: Buffer.from(json.channelId!, 'base64url'),
    payloadLen: json.payloadLen,
    seq: BigInt(json.seq!),
  };
}

export function toBytes(event: MessageEvent): Buffer {
  const cursor = new Cursor(Buffer.allocUnsafe(codec.maxSize));
  codec.write(cursor, event);
  return (cursor.bytes as Buffer).subarray(0, cursor.at);
}

export function fromBytes(bytes: Buffer): MessageEvent {
  return codec.read(new Cursor(bytes));
}

/** A gRPC service of one method, defined by hand so that it needs no .proto file. */
export const gateMethod = {
  path: '/gatehouse.Gate/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: toBytes,
  requestDeserialize: fromBytes,
  responseSerialize: (action: HookAction) => Buffer.from(JSON.stringify(action)),
  responseDeserialize: (bytes: Buffer) => JSON.parse(bytes.toString()) as HookAction,
} as const;
