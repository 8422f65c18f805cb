// The host is what the admin API administers: shown by the compiler, as either side declares its own types.

import type { Host, PluginState } from '@gatehouse/host';
import { errorCodes } from '@gatehouse/host';
import { type AdministeredHost, type PluginAnswer, problemKinds } from '@gatehouse/host/admin';
import { expectTypeOf } from 'expect-type';
import t from 'tap';

t.test('the host fulfils the interface of the admin API', async () => {
  expectTypeOf<Host>().toExtend<AdministeredHost>();
});

t.test('the admin API knows exactly the states of the host', async () => {
  expectTypeOf<PluginAnswer['state']>().toEqualTypeOf<PluginState>();
});

t.test('every code of the host that an operator can meet has a status', async (t) => {
  const elsewhere = [
    'CODE_GENERATION_OFF',
    'EVENT_INVALID',
    'FASTIFY_MISSING',
    'HOOK_UNKNOWN',
    'STATE_FILE_INVALID',
    'STATE_FILE_IN_USE',
  ];
  t.same(
    Object.keys(errorCodes).filter((code) => !(code in problemKinds)),
    elsewhere,
  );
});
