// Writes bytes of its own into the pipe of its process, which an unhardened process does not keep it from.

import { writeSync } from 'node:fs';

export default {
  apiVersion: 1,
  start({ config }) {
    writeSync(3, Buffer.from(config.bytes, 'hex'));
  },
  onFetch() {},
};
