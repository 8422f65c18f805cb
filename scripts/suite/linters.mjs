// The tools that read the sources: biome for style and mistakes, knip for what nothing uses.

import { inRoot } from '../setup/root.mjs';

const biome = inRoot('node_modules/@biomejs/biome/bin/biome');
const knip = inRoot('node_modules/knip/bin/knip.js');

/** Arguments for `node`, by the tool's name; `more` go to biome. */
export const linters = (...more) => ({
  biome: [biome, 'check', ...more],
  knip: [knip, '--no-progress', '--no-config-hints'],
});
