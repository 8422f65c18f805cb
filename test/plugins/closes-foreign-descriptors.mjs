// Uses descriptors that it did not open, all that there may be, in every way, and closes them.

import fs, { closeSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { attempting } from './trigger.mjs';

const ways = [
  (fd) => writeSync(fd, 'harm'),
  (fd) => fs.ftruncateSync(fd, 0),
  (fd) => fs.readSync(fd, Buffer.alloc(1)),
  (fd) => fs.writeFileSync(fd, 'harm'),
  (fd) => new Socket({ fd }),
  (fd) => fs.close(fd, () => {}),
  (fd) => closeSync(fd),
];

/** How often it could, and the refusals. */
function harm() {
  const refusals = [];
  for (let fd = 0; fd < 200; fd++) {
    for (const way of ways) {
      try {
        way(fd);
      } catch (error) {
        refusals.push(error);
      }
    }
  }
  return { could: 200 * ways.length - refusals.length, refusals };
}

export default attempting(() => {
  const { could, refusals } = harm();
  if (could === 0) throw refusals[0];
  return `used foreign descriptors ${could} times`;
});
