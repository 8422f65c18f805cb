// Two processes on one store: only the one that took it last writes, and the other one notices.

import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { needsNamespaces } from './namespaces.js';
import { StoreWriter, takenAt } from './store-writer.js';
import { nothingIsLost } from './stored-by-writers.js';

const takers = 6;
const noticedMsMax = 2_000;
const takesOver = { manner: 'takes over' };
const idle = { manner: 'takes over, idle' };

/** Starts one that has opened the store. LMDB may keep out one of the same process number as the holder's: it tries again. */
async function taker(t: Test, start: () => StoreWriter, tries: number): Promise<StoreWriter> {
  const writer = start();
  try {
    await writer.reported('opened');
    return writer;
  } catch (error) {
    if (tries === 1) throw error;
    t.comment((error as Error).message);
    return taker(t, start, tries - 1);
  }
}

for (const inNamespace of [false, true]) {
  const where = inNamespace ? ', each in a process namespace of its own' : '';
  t.test(
    `of servers that take a store from each other under load, none loses what it acknowledged${where}`,
    inNamespace ? needsNamespaces : {},
    async (t) => {
      const folder = await tempFolder(t);
      const writers: StoreWriter[] = [];
      const noticed: number[] = [];
      for (let i = 0; i < takers; i++) {
        const before = writers.at(-1);
        // Every third one does nothing, and has to notice by itself.
        const isIdle = i % 3 === 2;
        const options = { ...(isIdle ? idle : takesOver), inNamespace };
        const writer = await taker(t, () => new StoreWriter(t, folder, `writer ${i}`, options), inNamespace ? 3 : 1);
        writers.push(writer);
        if (!isIdle) await writer.wrote(200);
        if (before === undefined) continue;
        const { at, text } = await before.reported('fenced');
        noticed.push(at - takenAt(text));
      }
      await writers.at(-1)!.kill();
      t.ok(Math.max(...noticed) < noticedMsMax, `noticed after at most ${Math.round(Math.max(...noticed))} ms`);
      t.match(
        (await writers[0]!.reported('fenced')).text,
        /^another server has taken the store in .+ \(process \d+, at /,
      );
      await nothingIsLost(t, folder, writers);
    },
  );
}
