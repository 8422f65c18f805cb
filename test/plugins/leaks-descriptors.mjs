// Opens its own file again and again, in the way that is configured, until it may not.

import { closeSync, open as openCalled, opendirSync, openSync, readFile as readCalled } from 'node:fs';
import { open, opendir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { attempting } from './trigger.mjs';

const own = fileURLToPath(import.meta.url);
const folder = fileURLToPath(new URL('.', import.meta.url));
const tries = 2000;
const held = [];

const called = (func, ...args) =>
  new Promise((resolve, reject) => func(...args, (error, value) => (error ? reject(error) : resolve(value))));

const ways = {
  openSync: async () => held.push(openSync(own)),
  open: async () => held.push(await called(openCalled, own, 'r')),
  promised: async () => held.push(await open(own)),
  opendirSync: async () => held.push(opendirSync(folder)),
  opendir: async () => held.push(await opendir(folder)),
};

/** Many at once, each of which would have its file open. */
const bursts = {
  'readFile at once': () => called(readCalled, own),
  'promised readFile at once': () => readFile(own),
};

async function leak(way) {
  try {
    for (let i = 0; i < tries; i++) await ways[way]();
    return `opened ${held.length} and closed none`;
  } catch (error) {
    if (held.length !== 256 || error.code !== 'EMFILE') return `opened ${held.length} before ${error.code}`;
    throw error;
  }
}

/** A descriptor gets the lowest number that is free: how many there were shows by the highest that is seen. */
async function burst(way) {
  const lowest = openSync(own);
  let highest = lowest;
  const look = setInterval(() => {
    const fd = openSync(own);
    highest = Math.max(highest, fd);
    closeSync(fd);
  });
  const outcomes = await Promise.allSettled(Array.from({ length: tries }, bursts[way]));
  clearInterval(look);
  const read = outcomes.filter(({ status }) => status === 'fulfilled').length;
  return `${read} read, ${highest - lowest} open at once at the most`;
}

/** Opens and closes far more than may be open at once. */
async function tidy() {
  for (let i = 0; i < 1000; i++) {
    closeSync(openSync(own));
    await (await open(own)).close();
    for await (const _ of await opendir(folder));
    opendirSync(folder).closeSync();
    await readFile(own);
  }
  return 'closed all';
}

export default attempting(({ config: { way = 'openSync' } }) => {
  if (way === 'tidy') return tidy();
  return way in bursts ? burst(way) : leak(way);
});
