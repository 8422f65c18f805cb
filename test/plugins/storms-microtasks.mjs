// Never lets its event loop go on, by one microtask after the other.

import { whenAsked } from './trigger.mjs';

const again = () => queueMicrotask(again);

export default whenAsked(() => {
  again();
  return new Promise(() => {});
});
