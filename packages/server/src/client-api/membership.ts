// Membership of a channel, and the mailboxes to which it gives a member access.

import type { Channel, Mailbox, Store } from '../store/store.js';
import { sameBytes } from '../wire/bytes.js';
import { Problem } from '../wire/problems.js';

/** @throws Problem CHANNEL_UNKNOWN */
export async function channelOrThrow(store: Store, id: Uint8Array): Promise<Channel> {
  const channel = await store.channel(id);
  if (!channel) throw new Problem('CHANNEL_UNKNOWN');
  return channel;
}

/** The mailbox of a member. @throws Problem NOT_A_MEMBER */
export function ownMailbox(channel: Channel, member: Uint8Array): Mailbox {
  if (!channel.members.some((key) => sameBytes(key, member))) throw new Problem('NOT_A_MEMBER');
  return { recipientKey: member, channelId: channel.id };
}

/** The mailbox to which a member sends: the other member's. @throws Problem NOT_A_MEMBER */
export function peerMailbox(channel: Channel, member: Uint8Array): Mailbox {
  const [a, b] = channel.members;
  if (sameBytes(a, member)) return { recipientKey: b, channelId: channel.id };
  if (sameBytes(b, member)) return { recipientKey: a, channelId: channel.id };
  throw new Problem('NOT_A_MEMBER');
}
