// The innocent plugin beside the faulty one: refuses every message with its number, so that each answer can be checked.

import { definePlugin, Reject } from '@gatehouse/plugin-api';

export default definePlugin({
  onMessageEnqueue: ({ seq }) => Reject(`innocent ${seq}`),
  onFetch() {},
});
