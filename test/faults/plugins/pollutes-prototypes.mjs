// Changes what every object, array and promise is.

import { behind } from './trigger.mjs';

export default behind(() => {
  Object.prototype.polluted = 'by a plugin';
  Array.prototype.push = () => 0;
  Promise.prototype.finally = undefined;
});
