// The codes that the client knows are those of the server.

import type { ServerCode } from '@gatehouse/client';
import type { ProblemCode } from '@gatehouse/server';
import { expectTypeOf } from 'expect-type';
import t from 'tap';

t.test('every code of the server is one that the client names', async () => {
  // When this does not compile, `ServerCode` of packages/client/src/errors.ts lacks a code of the server's table.
  expectTypeOf<ServerCode>().toEqualTypeOf<ProblemCode>();
});
