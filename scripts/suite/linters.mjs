// The linters: biome for style and mistakes, knip for unused code.

import { inRoot } from '../setup/root.mjs';

const biome = inRoot('node_modules/@biomejs/biome/bin/biome');
const knip = inRoot('node_modules/knip/bin/knip.js');

/** Arguments for `node`, by the tool's name; `more` go to biome. */
export const linters = (...more) => ({
  biome: [biome, 'check', ...more],
  knip: [knip, '--no-progress', '--no-config-hints'],
});
