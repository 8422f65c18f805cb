// A codec of one of a few words.

import type { Codec } from './codec.js';
import { wrong } from './event-error.js';

/** One of at most 256 words, 1 byte. The order of the words is a part of the table. */
export function enumeration<const V extends string>(...values: readonly V[]): Codec<V> {
  const places = new Map<unknown, number>(values.map((value, place) => [value, place]));
  if (values.some((value) => typeof value !== 'string')) throw new TypeError('enumeration: its values have to be text');
  if (places.size !== values.length) throw new TypeError('enumeration: a value is given twice');
  if (values.length < 1 || values.length > 256) throw new TypeError('enumeration: it takes 1 to 256 values');
  const expected = `one of ${values
    .slice(0, 10)
    .map((value) => JSON.stringify(value))
    .join(', ')}${values.length > 10 ? ', …' : ''}`;
  return {
    description: { type: 'enumeration', values },
    minSize: 1,
    maxSize: 1,
    write(cursor, value) {
      const place = places.get(value);
      if (place === undefined) throw wrong(expected, value);
      cursor.view.setUint8(cursor.at, place);
      cursor.at += 1;
    },
    read(cursor) {
      const place = cursor.view.getUint8(cursor.at);
      const value = values[place];
      if (value === undefined) throw wrong(expected, place);
      cursor.at += 1;
      return value;
    },
  };
}
