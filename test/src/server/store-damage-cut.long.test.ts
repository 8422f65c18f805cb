// Stores whose end is missing.

import { truncate } from 'node:fs/promises';
import t from 'tap';
import { isSafeAtAllPlaces, pageSize, pagesOf } from './damaged-at-places.js';

t.test('a store whose last pages are cut off is refused, exact, or refuses some mailboxes', (t) =>
  isSafeAtAllPlaces(t, 'an end that is cut off', async (file, place) => {
    const pages = (place + 1) / 2;
    await truncate(file, ((await pagesOf(file)) - pages) * pageSize);
    return `${pages} pages`;
  }),
);
