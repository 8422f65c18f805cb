// The handshake between what a module says of itself and what this host speaks.

import { shakeHands } from '@gatehouse/host/internal/supervisor/handshake';
import { hookNames, messengerHooks } from '@gatehouse/plugin-api/hooks';
import t from 'tap';

const hello = (...hooks: string[]) => ({ apiVersion: 1, hooks, others: [] });
const helloWithout = (...others: string[]) => ({ apiVersion: 1, hooks: [], others });

t.test('a module of this version with known hooks is agreed with', async (t) => {
  t.same(shakeHands(messengerHooks, hello('onAuth', 'onFetch'), undefined), {
    agreed: true,
    hooks: ['onAuth', 'onFetch'],
  });
  t.same(shakeHands(messengerHooks, hello(...hookNames), hookNames), { agreed: true, hooks: hookNames });
});

const refusals: readonly (readonly [title: string, refused: unknown, reason: RegExp])[] = [
  [
    'another version of the interface is refused with both versions',
    shakeHands(messengerHooks, { ...hello('onAuth'), apiVersion: 2 }, undefined),
    /version 2 of the plugin interface; this host speaks 1/,
  ],
  [
    'a hook that there is not is refused with those that there are',
    shakeHands(messengerHooks, hello('onAuth', 'onMesageEnqueue'), undefined),
    /implements onMesageEnqueue, which is no hook, did you mean "onMessageEnqueue"\?; the hooks are onMessageEnqueue, .*onUserRegistered/,
  ],
  [
    'a module without any hook is refused with the hooks that there are',
    shakeHands(messengerHooks, helloWithout('start', 'stop', 'helper'), undefined),
    /^it implements no hook; the hooks are onMessageEnqueue, /,
  ],
  [
    'a module whose hooks are all mistyped is refused with the nearest hooks',
    shakeHands(messengerHooks, helloWithout('messageEnqueue', 'OnFetch'), undefined),
    /^it implements no hook; messageEnqueue is no hook, did you mean "onMessageEnqueue"\?; OnFetch is no hook, did you mean "onFetch"/,
  ],
  [
    'names that every object has are no hooks',
    shakeHands(messengerHooks, hello('toString'), undefined),
    /implements toString, which is no hook/,
  ],
  [
    'a hook that is announced and not implemented is refused',
    shakeHands(messengerHooks, hello('onAuth'), ['onAuth', 'onFetch']),
    /announces onFetch, which the module does not implement/,
  ],
  [
    'a hook that is implemented and not announced is refused',
    shakeHands(messengerHooks, hello('onAuth', 'onFetch'), ['onAuth']),
    /implements onFetch, which its manifest does not announce/,
  ],
  [
    'a module that announces nothing at all has to implement nothing at all',
    shakeHands(messengerHooks, hello('onAuth'), []),
    /implements onAuth, which its manifest does not announce/,
  ],
];

for (const [title, refused, reason] of refusals) {
  t.test(title, async (t) => {
    t.match(refused, { agreed: false, reason });
  });
}

t.test('a plugin that was built with another row of a hook is refused, and with a row more it is not', async (t) => {
  const stamped = (rows: Readonly<Record<string, string>>) => ({
    ...hello('onAuth'),
    hookSet: { id: 'messenger', version: 2, rows },
  });
  const same = messengerHooks.rowHashes.onAuth!;
  t.match(shakeHands(messengerHooks, stamped({ onAuth: same, onCall: 'new' }), undefined), { agreed: true });
  t.match(shakeHands(messengerHooks, stamped({}), undefined), { agreed: true });
  t.same(shakeHands(messengerHooks, stamped({ onAuth: 'other' }), undefined), {
    agreed: false,
    reason:
      'its onAuth was written for other events: the plugin is built with the table of hooks messenger 2, this host has ' +
      'messenger 1. Build the plugin with the table of this host',
  });
});
