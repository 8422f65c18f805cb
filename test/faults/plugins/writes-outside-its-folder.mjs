// Writes a file that is none of its business.

import { writeFileSync } from 'node:fs';
import { attempting } from './trigger.mjs';

export default attempting(({ config }) => {
  writeFileSync(`${config.outside}.written`, 'written');
  return 'wrote a file outside its folder';
});
