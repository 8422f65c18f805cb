// Lets the stack grow beyond what there is, for the whole process, and grows it.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { attempting } from './trigger.mjs';

const deeper = () => deeper() + 1;

export default attempting(() => {
  setFlagsFromString('--stack-size=900000');
  runInNewContext('const deeper = () => deeper() + 1; deeper()');
  return deeper();
});
