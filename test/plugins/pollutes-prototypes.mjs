// Changes what every object, array and promise is.

import { besidesAnswering } from './trigger.mjs';

export default besidesAnswering(() => {
  Object.prototype.polluted = 'by a plugin';
  Array.prototype.push = () => 0;
  Promise.prototype.finally = undefined;
});
