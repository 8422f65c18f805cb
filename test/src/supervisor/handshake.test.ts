// The handshake between what a module says of itself and what this host speaks.

import { shakeHands } from '@gatehouse/host/internal/supervisor/handshake';
import { hookNames } from '@gatehouse/plugin-api/hooks';
import t from 'tap';

const hello = (...hooks: string[]) => ({ apiVersion: 1, hooks, others: [] });
const helloWithout = (...others: string[]) => ({ apiVersion: 1, hooks: [], others });

t.test('a module of this version with known hooks is agreed with', async (t) => {
  t.same(shakeHands(hello('onAuth', 'onFetch'), undefined), { agreed: true, hooks: ['onAuth', 'onFetch'] });
  t.same(shakeHands(hello(...hookNames), hookNames), { agreed: true, hooks: hookNames });
});

const refusals: readonly (readonly [title: string, refused: unknown, reason: RegExp])[] = [
  [
    'another version of the interface is refused with both versions',
    shakeHands({ ...hello('onAuth'), apiVersion: 2 }, undefined),
    /version 2 of the plugin interface; this host speaks 1/,
  ],
  [
    'a hook that there is not is refused with those that there are',
    shakeHands(hello('onAuth', 'onMesageEnqueue'), undefined),
    /implements onMesageEnqueue, which is no hook, did you mean "onMessageEnqueue"\?; the hooks are onMessageEnqueue, .*onUserRegistered/,
  ],
  [
    'a module without any hook is refused with the hooks that there are',
    shakeHands(helloWithout('start', 'stop', 'helper'), undefined),
    /^it implements no hook; the hooks are onMessageEnqueue, /,
  ],
  [
    'a module whose hooks are all mistyped is refused with the nearest hooks',
    shakeHands(helloWithout('messageEnqueue', 'OnFetch'), undefined),
    /^it implements no hook; messageEnqueue is no hook, did you mean "onMessageEnqueue"\?; OnFetch is no hook, did you mean "onFetch"/,
  ],
  [
    'names that every object has are no hooks',
    shakeHands(hello('toString'), undefined),
    /implements toString, which is no hook/,
  ],
  [
    'a hook that is announced and not implemented is refused',
    shakeHands(hello('onAuth'), ['onAuth', 'onFetch']),
    /announces onFetch, which the module does not implement/,
  ],
  [
    'a hook that is implemented and not announced is refused',
    shakeHands(hello('onAuth', 'onFetch'), ['onAuth']),
    /implements onFetch, which its manifest does not announce/,
  ],
  [
    'a module that announces nothing at all has to implement nothing at all',
    shakeHands(hello('onAuth'), []),
    /implements onAuth, which its manifest does not announce/,
  ],
];

for (const [title, refused, reason] of refusals) {
  t.test(title, async (t) => {
    t.match(refused, { agreed: false, reason });
  });
}
