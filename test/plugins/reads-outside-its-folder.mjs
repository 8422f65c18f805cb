// Reads a file that its configuration names and that is none of its business, in the way that it names.

import { promises, readFile, readFileSync } from 'node:fs';
import { attempting } from './trigger.mjs';

const ways = {
  sync: (file) => readFileSync(file, 'utf8'),
  promised: (file) => promises.readFile(file, 'utf8'),
  called: (file) =>
    new Promise((resolve, reject) => {
      readFile(file, 'utf8', (error, text) => (error ? reject(error) : resolve(text)));
    }),
  required: async (file) => JSON.stringify((await import('node:module')).createRequire(import.meta.url)(file)),
  imported: async (file) => String((await import(file)).default),
};

export default attempting(async ({ config: { outside, way = 'sync' } }) => `read ${await ways[way](outside)}`);
