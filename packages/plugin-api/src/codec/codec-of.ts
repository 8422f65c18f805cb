// Makes a codec from its description.

import type { AnyCodec } from './codec.js';
import { list, map, optional } from './collections.js';
import { blob, bytes, json, text } from './contents.js';
import type { FieldDescription } from './description.js';
import { enumeration } from './enumeration.js';
import { numbers } from './numbers.js';
import { record } from './record.js';

/** Compiles the codec that has this description. @throws TypeError for a description that no codec has */
export function codecOf(field: FieldDescription): AnyCodec {
  switch (field.type) {
    case 'bytes':
      return bytes(field.length);
    case 'blob':
      return blob(field.max);
    case 'text':
      return text(field.max);
    case 'json':
      return json(field.max);
    case 'enumeration':
      return enumeration(...field.values);
    case 'optional':
      return optional(codecOf(field.of));
    case 'list':
      return list(codecOf(field.of), field.max);
    case 'map':
      return map(codecOf(field.of), field.max);
    case 'record':
      return record(Object.fromEntries(field.fields.map(([name, one]) => [name, codecOf(one)])));
    default:
      return knownNumber(field.type);
  }
}

function knownNumber(type: keyof typeof numbers): AnyCodec {
  if (!Object.hasOwn(numbers, type)) throw new TypeError(`${String(type)} is no type of field`);
  return numbers[type];
}
