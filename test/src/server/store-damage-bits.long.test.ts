// Stores in which bits have changed.

import t from 'tap';
import { change, isSafeAtAllPlaces, pageSize, pagesOf } from './damaged-at-places.js';

t.test('a store with random bits in a page is refused, exact, or refuses some mailboxes', (t) =>
  isSafeAtAllPlaces(t, 'random bits', async (file, _, choose) => {
    const page = choose(await pagesOf(file));
    const bits = 1 + choose(8);
    for (let i = 0; i < bits; i++) {
      await change(file, page, choose(pageSize), ([byte]) => Buffer.of(byte! ^ (1 << choose(8))));
    }
    return `${bits} bits in page ${page}`;
  }),
);
