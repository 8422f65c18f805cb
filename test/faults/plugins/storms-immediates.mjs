// Keeps its event loop busy with immediates that make each other.

import { behind } from './trigger.mjs';

const again = () => setImmediate(again);

export default behind(() => {
  for (let i = 0; i < 200_000; i++) again();
});
