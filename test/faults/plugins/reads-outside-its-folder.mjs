// Reads a file that is none of its business.

import { readFileSync } from 'node:fs';
import { attempting } from './trigger.mjs';

export default attempting(({ config }) => `read ${readFileSync(config.outside, 'utf8')}`);
