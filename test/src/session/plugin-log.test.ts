// What a plugin logs, on its way to the supervisor.

import t from 'tap';
import { serving } from '../support/open-session.js';

t.test('whatever a plugin logs arrives, as plain data, and never throws', async (t) => {
  const opened = await serving(t, 'logs-oddities');
  await opened.record('last');
  const logged = (message: string) => opened.records.find((record) => record.message === message);
  t.match(opened.records[0], { level: 'info', fields: {}, message: 'plain' });
  t.match(logged('error as field'), {
    level: 'warn',
    fields: { error: { type: 'RangeError', message: 'too far', code: 'E_FAR', stack: /logs-oddities/ } },
  });
  t.match(opened.records[2], { level: 'error', fields: { err: { type: 'TypeError', message: 'on its own' } } });
  t.match(logged('values')?.fields, { big: '18446744073709551616', bytes: '01ff', buffer: '6869', when: new Date(0) });
  t.match(logged('uncloneable')?.fields, {
    fine: 1,
    act: '[Function: act]',
    symbol: 'Symbol(s)',
    point: { x: 1 },
  });
  t.same(logged('bare')?.fields, { act: '[Function: act]', bare: {} });
  t.same(logged('getter')?.fields, { trap: 'cannot be read', fine: 1 });
  t.same(logged('deep')?.fields, { deep: '{ act: [Function: act] }' });
  t.same(
    opened.records.slice(-7).map(({ message }) => message),
    ["() => 'a function'", 'Symbol(a symbol)', 'null', 'undefined', '17', '', 'last'],
  );
  await opened.control.stop();
});
