// `npm run docs`: writes the parts of the documentation that are generated from the sources.

import { readFileSync, writeFileSync } from 'node:fs';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

await prepare();
const { optionsAsMarkdown } = await import('../packages/host/dist/options/markdown.js');
const { settingsAsMarkdown } = await import('../packages/server/dist/config/markdown.js');
const { defaultSettings } = await import('../packages/server/dist/config/settings.js');
const { clientApiAsMarkdown } = await import('../packages/server/dist/client-api/markdown.js');

write('options.md', 'options', optionsAsMarkdown());
write('settings.md', 'settings', settingsAsMarkdown());
write('client-api.md', 'routes', clientApiAsMarkdown(defaultSettings));

/** Replaces the text between the two comments that name the part. */
function write(page, part, made) {
  const file = inRoot('docs', page);
  const place = new RegExp(`(<!-- ${part} -->\n)[\\s\\S]*(<!-- /${part} -->)`);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(place, (_, open, close) => open + made + close),
  );
}
