// Takes ever more memory, bit by bit: small objects.

import { besidesAnswering } from './trigger.mjs';

const hoard = [];

export default besidesAnswering(() => {
  setInterval(() => hoard.push(Array.from({ length: 10_000 }, (_, i) => ({ at: i, text: `item ${i}` }))), 5);
});
