// Reads the host's secrets from the environment.

import { attempting } from './trigger.mjs';

export default attempting(() => {
  const secret = process.env.GATEHOUSE_SECRET;
  return secret && `read ${secret}`;
});
