// Throws when it is asked, whatever can be thrown: the deed says what.

import { whenAsked } from './trigger.mjs';

function again() {
  throw new Error('again');
}

const thrown = {
  misbehave: () => new TypeError('no such thing'),
  null: () => null,
  undefined: () => undefined,
  text: () => 'text',
  object: () => ({ code: 5, message: 'a plain object' }),
  keys: () => ({ code: 5, why: 'no' }),
  symbol: () => Symbol('symbol'),
  bare: () => Object.create(null),
  'throwing text': () => ({ toString: again }),
  'no message': () => Object.defineProperty(new Error('hidden'), 'message', { get: again }),
  'no stack': () => Object.defineProperty(new Error('hidden'), 'stack', { get: again }),
  'odd name': () => Object.assign(new Error('odd'), { name: Symbol('name') }),
  proxy: () => new Proxy(new Error('proxied'), { getPrototypeOf: again }),
};

const throwing = (make) => () => {
  throw make();
};

export const deeds = Object.fromEntries(Object.entries(thrown).map(([deed, make]) => [deed, throwing(make)]));

export default whenAsked(deeds);
