// Refuses every message with its number, so that each answer can be checked: the innocent plugin beside a faulty one.

import { definePlugin, Reject } from '@gatehouse/plugin-api';

export default definePlugin({
  onMessageEnqueue: ({ seq }) => Reject(`innocent ${seq}`),
  onFetch() {},
});
