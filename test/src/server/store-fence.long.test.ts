// Two processes on one store: only the one that took it last writes, and the other one notices.

import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { needsNamespaces } from './namespaces.js';
import { StoreWriter, takenAt } from './store-writer.js';
import { nothingIsLost } from './stored-by-writers.js';

const takers = 6;
const noticedMsMax = 2_000;
const takesOver = { manner: 'takes over' };
const idle = { manner: 'takes over, idle' };

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
        const writer = new StoreWriter(t, folder, `writer ${i}`, { ...(isIdle ? idle : takesOver), inNamespace });
        writers.push(writer);
        await writer.reported('opened');
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
