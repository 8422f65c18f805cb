// A verdict and the call that it belongs to, in one word.

import { verdict } from '@gatehouse/host/internal/channel/index';
import { packVerdict, unpackVerdict } from '@gatehouse/host/internal/channel/verdict';
import fc from 'fast-check';
import t from 'tap';

const kinds = Object.values(verdict);
const call = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

t.test('every verdict comes back for its own call, also where the call counter has wrapped', async (t) => {
  fc.assert(
    fc.property(call, fc.constantFrom(...kinds), (call, kind) => unpackVerdict(call, packVerdict(call, kind)) === kind),
  );
  t.pass();
});

t.test('a verdict of any of the last hundred million calls is none of this one', async (t) => {
  fc.assert(
    fc.property(call, fc.integer({ min: 1, max: 1e8 }), fc.constantFrom(...kinds), (call, ago, kind) => {
      const packed = packVerdict((call - ago) | 0, kind) | 0;
      return unpackVerdict(call, packed) === verdict.NONE;
    }),
  );
  t.pass();
});

t.test('no word at all is read as anything but a verdict', async (t) => {
  fc.assert(fc.property(call, call, (call, packed) => kinds.includes(unpackVerdict(call, packed))));
  t.pass();
});
