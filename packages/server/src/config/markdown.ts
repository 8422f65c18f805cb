// Generates the table of settings in docs/settings.md from the table by which the server reads them.

import { defaultText } from './default-text.js';
import { flagOf, variableOf } from './names.js';
import { settingRows } from './settings.js';

export function settingsAsMarkdown(): string {
  const rows = settingRows.map(([name, row]) => [
    `\`${name}\``,
    `\`${variableOf(name)}\``,
    `\`--${flagOf(name)}\``,
    row.kind.expected,
    defaultText(row),
    row.live === true ? 'SIGHUP' : 'restart',
    row.about,
  ]);
  const head = ['key', 'variable', 'flag', 'expected', 'default', 'applied by', 'what it is for'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
