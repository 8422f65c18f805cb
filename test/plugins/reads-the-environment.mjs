// Reads the environment, with the host's secrets where it has them.

import { attempting } from './trigger.mjs';

export default attempting(() =>
  Object.keys(process.env).length === 0 ? undefined : `read ${JSON.stringify(process.env)}`,
);
