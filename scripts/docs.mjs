// `npm run docs`: writes the parts of the documentation that are made from the sources.

import { readFileSync, writeFileSync } from 'node:fs';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

await prepare();
const { settingsAsMarkdown } = await import('../packages/server/dist/config/markdown.js');
const file = inRoot('docs', 'settings.md');
const text = readFileSync(file, 'utf8');
writeFileSync(
  file,
  text.replace(
    /(<!-- settings -->\n)[\s\S]*(<!-- \/settings -->)/,
    (_, open, close) => open + settingsAsMarkdown() + close,
  ),
);
