// The texts of `gatehouse --help` and `gatehouse COMMAND --help`.

import { defaultText } from '../config/default-text.js';
import { flagOf } from '../config/names.js';
import { settingRows } from '../config/settings.js';
import { type CommandName, commandNames, commandOf } from './commands.js';

type Row = readonly [term: string, about: string];

export function helpOf(command: CommandName | undefined): string {
  return command === undefined ? helpOfAll() : helpOfCommand(command);
}

function helpOfAll(): string {
  const rows: Row[] = commandNames.map((name) => [lineOf(name), commandOf(name).about]);
  return `Usage: gatehouse [COMMAND] [FLAGS]

The messaging server that plugins guard.

Commands
${columns(rows)}

Flags
${columns(commonFlags)}

Every setting is a flag too: gatehouse start --help lists them.
`;
}

function helpOfCommand(name: CommandName): string {
  const { about, takesJson } = commandOf(name);
  const flags: Row[] = takesJson ? [...commonFlags, ['--json', 'Answer in JSON']] : commonFlags;
  const settings: Row[] = settingRows.map(([key, row]) => [`--${flagOf(key)}`, `${row.about} (${defaultText(row)})`]);
  return `Usage: gatehouse ${lineOf(name)} [FLAGS]

${about}

Flags
${columns(flags)}

Settings: flags go before variables (GATEHOUSE_PORT), those before the settings file (port: 7700), that before defaults
${columns(settings)}
`;
}

const commonFlags: Row[] = [
  ['--config FILE', 'The settings file, YAML or JSON (GATEHOUSE_CONFIG, else ./gatehouse.yaml if it is there)'],
  ['-h, --help', 'Say this'],
  ['--version', 'Say the version'],
];

const lineOf = (name: CommandName) => [name, ...commandOf(name).operands].join(' ');

function columns(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, about]) => `  ${term.padEnd(width)}  ${about}`).join('\n');
}
