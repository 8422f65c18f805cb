// Throws in a timer that it set when it was asked.

import { besidesAnswering } from './trigger.mjs';

const throwing = (thrown) => () => {
  setTimeout(() => {
    throw thrown;
  }, 20);
};

export default besidesAnswering({
  misbehave: throwing(new Error('in a timer')),
  null: throwing(null),
  undefined: throwing(undefined),
});
