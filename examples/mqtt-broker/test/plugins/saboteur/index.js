// A gate that crashes or hangs when a topic asks for it.

import { Continue } from '@gatehouse/plugin-api';
import { broker } from 'broker-hooks';

export default broker.definePlugin({
  onPublish({ topic }) {
    if (topic.endsWith('/hang')) for (;;);
    if (topic.endsWith('/crash')) process.exit(1);
    return Continue;
  },
});
