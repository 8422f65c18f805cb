// Makes a WebAssembly system interface.

import { WASI } from 'node:wasi';
import { attempting } from './trigger.mjs';

export default attempting(() => `made ${typeof new WASI({ version: 'preview1' }).wasiImport}`);
