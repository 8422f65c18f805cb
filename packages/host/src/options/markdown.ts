// The table of options in docs/options.md, generated from the table that they are checked by.

import { inspect } from 'node:util';
import { hostOptionRows } from './host-options.js';
import type { OptionEntry, OptionTable } from './rows.js';

export function optionsAsMarkdown(): string {
  const head = ['option', 'expected', 'default', 'what it is for'];
  return [head, head.map(() => '---'), ...cellsOf(hostOptionRows)]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}

function cellsOf(table: OptionTable, prefix = ''): string[][] {
  return Object.entries(table).flatMap(([name, entry]) => {
    if ('rows' in entry) return cellsOf(entry.rows, `${prefix}${name}.`);
    return [[`\`${prefix}${name}\``, entry.kind.expected, defaultOf(entry), entry.about]];
  });
}

function defaultOf(entry: Exclude<OptionEntry, { rows: OptionTable }>): string {
  if (entry.required === true) return 'required';
  if (entry.defaultText !== undefined) return entry.defaultText;
  if ('default' in entry) return `\`${inspect(entry.default)}\``;
  return 'none';
}
