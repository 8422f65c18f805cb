// Keeps its event loop busy with immediates that make each other.

import { besidesAnswering } from './trigger.mjs';

const again = () => setImmediate(again);

export default besidesAnswering(() => {
  for (let i = 0; i < 200_000; i++) again();
});
