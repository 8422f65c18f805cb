// Takes 1 GiB of Buffers, bit by bit.

import { besidesAnswering, confess } from './trigger.mjs';

const held = [];

function take() {
  held.push(Buffer.alloc(2 ** 25, 1));
  if (held.length < 32) setTimeout(take, 5);
  else confess('took 1 GiB of memory');
}

export default besidesAnswering(take);
