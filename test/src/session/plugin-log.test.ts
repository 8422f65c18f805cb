// What a plugin logs, on its way to the supervisor: plain data of bounded size, made in the plugin's thread.

import type { LogRecord } from '@gatehouse/host/internal/contract/session-contract';
import { createPluginLog } from '@gatehouse/host/internal/session/output/plugin-log';
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
  t.same(logged('deep')?.fields, { deep: { act: '[Function: act]' } });
  t.same(
    opened.records.slice(-7).map(({ message }) => message),
    ["() => 'a function'", 'Symbol(a symbol)', 'null', 'undefined', '17', '', 'last'],
  );
  await opened.control.stop();
});

/** What a log posts for one line of these fields. */
function posted(fields: object): LogRecord {
  const records: LogRecord[] = [];
  createPluginLog((record) => records.push(structuredClone(record)), { allows: () => true }).info(fields, 'a line');
  return records[0]!;
}

const bytesOf = (record: LogRecord) => JSON.stringify(record).length;
/** Of all that one line may hold, with the marks of what was cut. */
const most = 80_000;

/** An array that says how far it was read. */
function counting(length: number): { readonly list: readonly number[]; reads: number } {
  const counted = { reads: 0, list: [] as readonly number[] };
  counted.list = new Proxy(new Array<number>(length).fill(1), {
    get(target, name, receiver) {
      counted.reads++;
      return Reflect.get(target, name, receiver);
    },
  });
  return counted;
}

function nested(depth: number): object {
  return depth === 0 ? {} : { inner: nested(depth - 1) };
}

const loop: Record<string, unknown> = { name: 'loop' };
loop.self = loop;
const longText = 'x'.repeat(10_000_000);
const longError = new Error(longText);
longError.stack = longText;

const large: readonly (readonly [title: string, fields: object])[] = [
  ['a long text', { text: longText }],
  ['many long texts', Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`text ${i}`, longText]))],
  ['a long name', { [longText]: 1 }],
  ['many names', Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`name ${i}`, i]))],
  ['long names deep inside', { a: { b: [{ [longText]: longText }] } }],
  ['an array of 200,000 numbers', { list: new Array(200_000).fill(1.25) }],
  ['an array of arrays', { list: new Array(1000).fill(new Array(1000).fill('text')) }],
  ['a sparse array', { list: new Array(4_000_000_000) }],
  ['many bytes', { bytes: new Uint8Array(10_000_000) }],
  ['many bytes deep inside', { all: [{ bytes: new ArrayBuffer(10_000_000) }] }],
  ['a typed array', { floats: new Float64Array(1_000_000) }],
  ['a map and a set', { map: new Map([[longText, new Set([longText])]]) }],
  ['a large map', { map: new Map(Array.from({ length: 100_000 }, (_, i) => [i, { i }])) }],
  ['an error with a long message and stack', { err: longError }],
  ['an error on its own', longError],
  ['a chain of causes', new Error('outer', { cause: new Error(longText, { cause: longError }) })],
  ['many errors in one', new AggregateError(new Array(100_000).fill(longError))],
  ['a cycle', loop],
  ['depth', nested(5000)],
  ['a large bigint', { big: 10n ** 100_000n }],
  ['a long function name', { act: Object.defineProperty(() => {}, 'name', { value: longText }) }],
  ['a toJSON that returns too much', { odd: { toJSON: () => new Array(200_000).fill(longText) } }],
];

for (const [title, fields] of large) {
  t.test(`the whole record of a line with ${title} is cut before it is posted`, async (t) => {
    const record = posted(fields);
    t.equal(record.message, 'a line');
    t.ok(bytesOf(record) < most, `${bytesOf(record)} bytes`);
  });
}

t.test('what is not kept is not looked at', async (t) => {
  const counted = counting(200_000);
  const { fields } = posted({ list: counted.list });
  t.match((fields.list as readonly unknown[]).at(-1), /^… 199\d{3} more$/);
  t.ok(counted.reads < 5000, `${counted.reads} reads`);
});

t.test('the credit of a line is counted by its fields too', async (t) => {
  const sizes: number[] = [];
  const log = createPluginLog(() => {}, {
    allows(size) {
      sizes.push(size);
      return true;
    },
  });
  log.info({ list: new Array(1000).fill('some text') }, 'short');
  log.info('short');
  t.ok(sizes[0]! > 9000, `${sizes[0]}`);
  t.equal(sizes[1], 5);
});

t.test('an error keeps its type, code, cause and errors at any depth, and bytes are hexadecimal there', async (t) => {
  const root = Object.assign(new RangeError('the root'), { code: 'E_ROOT', path: '/etc' });
  const failed = new AggregateError([root, 'text', new TypeError('second')], 'all failed', { cause: root });
  const { fields } = posted({
    deep: [{ failed, bytes: Uint8Array.of(1, 255), view: new DataView(new ArrayBuffer(2)) }],
  });
  const asData = {
    type: 'RangeError',
    message: 'the root',
    code: 'E_ROOT',
    path: '/etc',
    stack: /RangeError: the root/,
  };
  t.match(fields.deep, [
    {
      failed: {
        type: 'AggregateError',
        message: 'all failed',
        cause: asData,
        errors: [asData, 'text', { type: 'TypeError' }],
      },
      bytes: '01ff',
      view: '0000',
    },
  ]);
});

t.test('a line that cannot be read at all is still a line, and a log never throws', async (t) => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  t.match(posted(revoked.proxy), { message: 'a line' });
  const trapped = new Proxy({}, { ownKeys: () => Array.from({ length: 3 }, () => 'x') });
  t.match(posted({ trapped, fine: 1 }), { fields: { trapped: 'cannot be read', fine: 1 } });
  t.match(posted(JSON.parse('{"__proto__": {"level": 60}}')), { fields: { ['__proto__']: { level: 60 } } });
});
