// A store that is damaged at one place after the other, and what becomes of each: it is refused, answers exactly, or
// refuses some mailboxes. No process ends over one.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type Choose, chooserOf } from '../history/random.js';
import type { Answers } from './answers-if-sound.js';
import { copyOf, knownStores } from './known-stores.js';

/** Damages the file. Returns what it did. */
export type Spoil = (file: string, place: number, choose: Choose) => Promise<string>;

export const pageSize = 4_096;

const places = 30;
/** Most of the time is waiting for the disk. */
const atOnce = 5;
const checkBytesMax = 2 ** 30;

export async function isSafeAtAllPlaces(t: Test, fault: string, spoil: Spoil): Promise<void> {
  const choose = chooserOf(fault);
  const stores = await knownStores(t);
  const outcomes: Outcome[] = [];
  for (let place = 0; place < places; place += atOnce) {
    const cases: { readonly folder: string; readonly what: string }[] = [];
    for (let i = place; i < place + atOnce; i++) {
      const folder = await copyOf(t, stores[i % stores.length]!);
      cases.push({ folder, what: await spoil(join(folder, 'data.mdb'), i, choose) });
    }
    const answered = await Promise.all(cases.map(({ folder }) => answersOf(folder)));
    for (const [i, answers] of answered.entries()) {
      const outcome = outcomeOf(answers);
      outcomes.push(outcome);
      t.ok(outcome !== 'wrong' && outcome !== 'altered', `${cases[i]!.what}: ${outcome} (${detailOf(answers)})`);
    }
  }
  t.comment(`${fault}: ${tally(outcomes)}`);
}

/** Uses a store in a process of its own. Resolves to how that has ended if it did not answer. */
export async function answersOf(folder: string): Promise<Answers | string> {
  const file = fileURLToPath(new URL('./answers-if-sound.js', import.meta.url));
  const child = fork(file, [folder, String(checkBytesMax)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let answers: Answers | undefined;
  child.once('message', (message: Answers) => {
    answers = message;
  });
  const [code, signal] = await once(child, 'exit');
  return answers ?? `the process has ended (${signal ?? code})`;
}

type Outcome = 'refused' | 'exact' | 'some mailboxes refused' | 'altered' | 'wrong';

export function outcomeOf(answers: Answers | string): Outcome {
  if (typeof answers === 'string') return 'wrong';
  if (answers.refused !== undefined) return /put a backup in its place/.test(answers.refused) ? 'refused' : 'wrong';
  if (answers.errors.length > 0 || answers.short.length > 0) return 'wrong';
  if (answers.altered.length > 0) return 'altered';
  return answers.damaged.length > 0 ? 'some mailboxes refused' : 'exact';
}

function detailOf(answers: Answers | string): string {
  if (typeof answers === 'string') return answers;
  const { refused, errors, damaged, short } = answers;
  return refused ?? [...errors, `${damaged.length} refused, ${short.length} short`].join('; ');
}

function tally(outcomes: readonly Outcome[]): string {
  const names = [...new Set(outcomes)].sort();
  return names.map((name) => `${name} ${outcomes.filter((one) => one === name).length}`).join(', ');
}

export async function pagesOf(file: string): Promise<number> {
  return Math.floor((await stat(file)).size / pageSize);
}

/** Changes a part of a page. */
export async function change(file: string, page: number, at: number, to: (before: Buffer) => Buffer): Promise<void> {
  const opened = await open(file, 'r+');
  try {
    const before = Buffer.alloc(pageSize - at);
    await opened.read(before, 0, before.length, page * pageSize + at);
    const after = to(before);
    await opened.write(after, 0, after.length, page * pageSize + at);
  } finally {
    await opened.close();
  }
}
