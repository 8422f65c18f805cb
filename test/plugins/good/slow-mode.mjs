// Lets three messages of a sender through in a minute; for the next one the sender has to wait.

import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

const sent = new Map();

export default definePlugin({
  onMessageEnqueue({ senderIdentity }) {
    const sender = Buffer.from(senderIdentity ?? []).toString('hex');
    const recent = (sent.get(sender) ?? []).filter((at) => at > Date.now() - 60_000);
    if (recent.length >= 3) return Reject('slow mode: three messages a minute');
    sent.set(sender, [...recent, Date.now()]);
    return Continue;
  },
});
