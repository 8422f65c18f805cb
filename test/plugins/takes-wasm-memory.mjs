// Takes 1 GiB of WebAssembly's memory, bit by bit.

import { besidesAnswering, confess } from './trigger.mjs';

const held = [];

function take() {
  held.push(new Uint8Array(new WebAssembly.Memory({ initial: 512 }).buffer).fill(1));
  if (held.length < 32) setTimeout(take, 5);
  else confess('took 1 GiB of memory');
}

export default besidesAnswering(take);
