// Parses the command line: the command, its flags, and its other arguments.

import { parseArgs } from 'node:util';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import type { Given, GivenSettings } from '../config/given.js';
import { flag } from '../config/kinds.js';
import { flagOf, looksLikeName } from '../config/names.js';
import { type SettingName, settingRowOf, settingRows } from '../config/settings.js';
import { type CommandName, commandNames, commandOf } from './commands.js';

export interface CommandLine {
  /** Undefined when there is none. */
  readonly command: CommandName | undefined;
  readonly help: boolean;
  readonly version: boolean;
  readonly json: boolean;
  readonly file: string | undefined;
  readonly operands: readonly string[];
  /** With all complaints about the line, because they are reported together with those about the settings. */
  readonly flags: GivenSettings;
}

/** The command line cannot be read at all. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Flag {
  readonly name: string;
  readonly value: string;
}

const settingByFlag = new Map<string, SettingName>(settingRows.map(([name]) => [flagOf(name), name]));

/** Flags that need no value. */
const switches = [
  'help',
  'version',
  'json',
  ...settingRows.flatMap(([name, { kind }]) => (kind === flag ? [flagOf(name)] : [])),
];

/** Reads the arguments after the program's name. @throws UsageError */
export function readCommandLine(args: readonly string[]): CommandLine {
  const named = args[0] !== undefined && !args[0].startsWith('-') ? args[0] : undefined;
  if (named !== undefined && !isCommand(named)) {
    const quoted = looksLikeName(named) ? `command "${named}"` : 'such command';
    throw new UsageError(`there is no ${quoted}${didYouMean(named, commandNames)}`);
  }
  const { flags, operands, complaints } = partsOf(args.slice(named === undefined ? 0 : 1));
  const { takesJson = false, operands: wanted } = commandOf(named ?? 'start');
  const known = ['help', 'version', 'config', ...(takesJson ? ['json'] : []), ...settingByFlag.keys()];
  for (const { name } of flags) if (!known.includes(name)) complaints.push(unknownFlag(name, known));
  // A word after an unknown flag may be its value.
  if (complaints.length === 0) complaints.push(...complaintsOfOperands(operands, wanted));
  const last = (name: string) => flags.findLast((flag) => flag.name === name)?.value;
  return {
    command: named,
    help: last('help') !== undefined,
    version: last('version') !== undefined,
    json: last('json') !== undefined,
    file: last('config'),
    operands,
    flags: { given: flags.flatMap(settingOf), complaints: [...new Set(complaints)] },
  };
}

/** Quotes only a word that could be the name of a flag. Anything else may be a secret in the wrong place. */
function unknownFlag(name: string, known: readonly string[]): string {
  if (!looksLikeName(name)) return 'there is an unknown flag: write each as --name=value';
  return `there is no flag --${name}${didYouMean(name, known).replace('"', '"--')}`;
}

function partsOf(args: readonly string[]) {
  const { tokens } = parseArgs({ args: [...args], options: optionTypes(), strict: false, tokens: true });
  const flags: Flag[] = [];
  const operands: string[] = [];
  const complaints: string[] = [];
  /** The last flag, if it is a setting that needs no value and has none so far. */
  let alone: { readonly name: string; readonly index: number } | undefined;
  for (const token of tokens) {
    const isValue = token.kind === 'positional' && token.index - 1 === alone?.index && isTruth(token.value);
    if (isValue) flags.push({ name: alone!.name, value: token.value });
    else if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, inlineValue, value = switches.includes(name) ? 'true' : '' } = token;
    const isEmpty = value === '' && !(token.value === '' && takesEmpty(name));
    // A flag in the place of a value is the next flag, unless it follows "=".
    const isMissing = isEmpty || (inlineValue === false && value.startsWith('--'));
    if (isMissing && optionTypes()[name] !== undefined) complaints.push(missingValue(name, value));
    else flags.push({ name, value });
    alone = inlineValue === undefined && settingByFlag.has(name) && switches.includes(name) ? token : undefined;
  }
  return { flags, operands, complaints };
}

function takesEmpty(flagName: string): boolean {
  const name = settingByFlag.get(flagName);
  return name !== undefined && settingRowOf(name).kind.takesEmpty === true;
}

/** The next argument may be the value, though it begins like a flag. */
function missingValue(name: string, next: string): string {
  return `--${name} needs a value${next === '' ? '' : `; join one that begins with -- by "=", as in --${name}=…`}`;
}

/** True for a word that can be the value of a flag that needs none. */
function isTruth(word: string): boolean {
  return flag.parse(word) !== undefined;
}

function optionTypes(): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  const names = [...switches, 'config', ...settingByFlag.keys()];
  const types = names.map((name) => [name, { type: switches.includes(name) ? 'boolean' : 'string' }]);
  return { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } };
}

function complaintsOfOperands(operands: readonly string[], wanted: readonly string[]): string[] {
  const needed = wanted.slice(operands.length).filter((name) => !name.startsWith('['));
  const missing = needed.map((name) => `${name} is missing`);
  // Not quoted: it may be the rest of a secret with a space in it.
  const tooMany = operands.slice(wanted.length).map((_, i) => `unexpected argument ${wanted.length + i + 1}`);
  return [...missing, ...tooMany.map((what) => `${what}: a value with spaces needs quotes`)];
}

function settingOf({ name: flagName, value }: Flag): Given[] {
  const name = settingByFlag.get(flagName);
  return name === undefined ? [] : [{ name, origin: { source: 'flag', place: `--${flagName}` }, value }];
}

function isCommand(name: string): name is CommandName {
  return (commandNames as readonly string[]).includes(name);
}
