// Finds wrong flags of the server before anything is installed or built, by the documented table of settings, which a
// test compares with the one that the server reads.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { isInstalled } from './dependencies.mjs';
import { inRoot } from './root.mjs';
import { isBuilt } from './sources.mjs';

/** Flags that are no settings. */
const others = ['help', 'version', 'config', 'json'];

/** A row of the table: the flag, what is expected, the default. */
const row = /^\| `\w+` \| `GATEHOUSE_\w+` \| `--([a-z-]+)` \| ([^|]+?) \|/gm;

/** Anything else may be a secret in the wrong place. */
const looksLikeName = /^[A-Za-z_][A-Za-z_-]{1,31}$/;

/** Ends the process with exit code 2 if a flag is wrong. A server that is built finds out as soon, and more. */
export async function refuseWrongFlags(args) {
  if (isInstalled() && isBuilt()) return;
  const complaints = await complaintsOf(args);
  if (complaints.length === 0) return;
  console.error(`gatehouse: ${complaints.join('\n')}\ndocs/settings.md lists the flags`);
  process.exit(2);
}

/** Returns a sentence for each wrong flag. No value is quoted, because it may be a secret. */
export async function complaintsOf(args) {
  const known = expectations();
  const names = [...known.keys(), ...others];
  const didYouMean = await suggestions();
  return args.flatMap((arg, i) => {
    if (!/^--[a-zA-Z]/.test(arg) || isValue(args[i - 1], known)) return [];
    const [name, inline] = parts(arg);
    if (!names.includes(name) && !looksLikeName.test(name))
      return ['there is an unknown flag: write each as --name=value'];
    if (!names.includes(name)) return [`there is no flag --${name}${didYouMean(name, names)}`];
    const value = inline ?? (isSwitch(name, known) ? 'true' : args[i + 1]);
    if (value === undefined) return [`--${name} needs a value`];
    const expected = known.get(name);
    return expected === undefined || fits(value, expected) ? [] : [`--${name} is wrong: expected ${expected}`];
  });
}

function expectations() {
  const table = readFileSync(inRoot('docs/settings.md'), 'utf8');
  return new Map([...table.matchAll(row)].map(([, flag, expected]) => [flag, expected]));
}

/** Splits `--port=1`. */
function parts(arg) {
  const at = arg.indexOf('=');
  return at < 0 ? [arg.slice(2)] : [arg.slice(2, at), arg.slice(at + 1)];
}

/** Whether the argument after this one is its value. */
function isValue(before, known) {
  if (before === undefined || !before.startsWith('--') || before.includes('=')) return false;
  const name = before.slice(2);
  return name === 'config' || (known.has(name) && !isSwitch(name, known));
}

const isSwitch = (name, known) => known.get(name) === 'true or false' || (name !== 'config' && others.includes(name));

/** Checks numbers and choices. Whatever else a value may be is checked by the server. */
function fits(value, expected) {
  const [, min, max] = /^a whole number from (\d+) to (\d+)/.exec(expected) ?? [];
  if (min !== undefined) return /^\d{1,16}$/.test(value) && Number(value) >= min && Number(value) <= max;
  const choices = /^one of ([\w, -]+)$/.exec(expected)?.[1].split(', ');
  return choices === undefined || choices.includes(value);
}

/** Returns the server's own `didYouMean`, where Node reads TypeScript. */
async function suggestions() {
  if (!process.features.typescript) return () => '';
  const { didYouMean } = await import('../../packages/support/src/did-you-mean.ts');
  return (name, known) => didYouMean(name, known).replace('"', '"--');
}
