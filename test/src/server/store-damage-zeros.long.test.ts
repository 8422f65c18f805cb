// Stores with a page of zeros.

import t from 'tap';
import { change, isSafeAtAllPlaces, pageSize, pagesOf } from './damaged-at-places.js';

t.test('a store with a page of zeros is refused, exact, or refuses some mailboxes', (t) =>
  isSafeAtAllPlaces(t, 'a page of zeros', async (file, _, choose) => {
    const page = choose(await pagesOf(file));
    await change(file, page, 0, () => Buffer.alloc(pageSize));
    return `page ${page}`;
  }),
);
