// Answers objects that act when they are looked at: the deed says which.

import { Continue, Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

function trap() {
  throw new Error('trapped');
}

const trapped = (name) => Object.defineProperty({}, name, { get: trap });
const thenable = (act, object = {}) => Object.defineProperty(object, 'then', { value: act });
const revoked = Proxy.revocable({}, {});
revoked.revoke();

const traps = {
  'trapped then': trapped('then'),
  'trapped action': trapped('action'),
  revoked: revoked.proxy,
  keys: new Proxy({}, { ownKeys: trap }),
  thenable: thenable(trap),
  'trapped promise': thenable(trap, Promise.resolve(Continue)),
  'settled often': thenable((resolve, reject) => {
    resolve(Reject('first'));
    reject(new Error('second'));
    resolve(Continue);
    trap();
  }),
  'nested promise': thenable((resolve) => resolve(Promise.resolve(Reject('nested')))),
};

export const deeds = Object.fromEntries(Object.entries(traps).map(([deed, answer]) => [deed, () => answer]));

export default whenAsked(deeds);
