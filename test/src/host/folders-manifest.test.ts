// What is taken and refused in a manifest, and in what words.

import { GatehouseError } from '@gatehouse/host';
import { noPermissions } from '@gatehouse/host/internal/contract/permissions';
import {
  checkHooks,
  manifestOfSingleFile,
  manifestSchema,
  parseManifest,
} from '@gatehouse/host/internal/plugins/found/manifest';
import { permissionSchema } from '@gatehouse/host/internal/plugins/found/permission-schema';
import { checkOf } from '@gatehouse/host/internal/plugins/found/schema-check';
import { hookNames } from '@gatehouse/plugin-api/hooks';
import t from 'tap';

const parse = (field: unknown) => {
  const manifest = parseManifest(field, 'limiter', 'limiter/package.json');
  checkHooks(manifest, hookNames, 'limiter', 'limiter/package.json');
  return manifest;
};

/** The message with which the manifest is refused. */
function refusal(field: unknown): string {
  try {
    parse(field);
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'MANIFEST_INVALID') return error.message;
    throw error;
  }
  throw new Error('the manifest was taken');
}

const complete = {
  apiVersion: 1,
  title: 'Limiter',
  order: -1.5,
  threads: 16,
  deadlineMs: 20,
  memoryMb: 64,
  isolation: 'thread',
  permissions: { ...noPermissions, read: ['/etc/hosts'], network: true, env: ['LANG'] },
  startMs: 500,
  stopMs: 100,
  hooks: ['onMessageEnqueue', 'onAuth'],
  onFault: { 'timed-out': 'continue', default: 'reject' },
  config: { schema: { type: 'object', properties: { max: { type: 'integer' } } }, defaults: { max: 3 } },
};

t.test('the schemas of the host itself are schemas, which no start checks', async (t) => {
  for (const schema of [manifestSchema, permissionSchema]) t.doesNotThrow(() => checkOf({ ...schema }));
});

t.test('a manifest of nothing but the API version has all the defaults', async (t) => {
  t.same(parse({ apiVersion: 1 }), {
    apiVersion: 1,
    title: 'limiter',
    isDeadlineSet: false,
    order: 100,
    threads: 1,
    deadlineMs: 50,
    memoryMb: 128,
    isolation: 'hardened-thread',
    permissions: noPermissions,
    startMs: 10_000,
    stopMs: 2_000,
    config: { schema: {}, defaults: {} },
  });
});

t.test('a complete manifest is kept as it is written', async (t) => {
  t.same(parse(complete), { ...complete, isDeadlineSet: true });
});

t.test('a single file has the defaults of a manifest that says nothing', async (t) => {
  t.same(manifestOfSingleFile('limiter'), parse({ apiVersion: 1 }));
});

const refused: readonly (readonly [why: string, field: unknown, words: readonly string[]])[] = [
  ['a manifest that is no object', 'yes', ['gatehouse: expected an object, got "yes"']],
  ['a manifest without an API version', {}, ['gatehouse.apiVersion: is missing']],
  ['an API version that is not ours', { apiVersion: 2 }, ['gatehouse.apiVersion: expected 1, got 2']],
  ['too many threads', { apiVersion: 1, threads: 17 }, ['gatehouse.threads: expected 16 or less, got 17']],
  ['half a thread', { apiVersion: 1, threads: 1.5 }, ['gatehouse.threads: expected a whole number, got 1.5']],
  ['a deadline in words', { apiVersion: 1, deadlineMs: '50' }, ['gatehouse.deadlineMs: expected a whole number']],
  ['an empty title', { apiVersion: 1, title: '' }, ['gatehouse.title: expected at least 1 characters, got ""']],
  ['a mistyped key', { apiVersion: 1, thread: 2 }, ['gatehouse.thread: unknown key, did you mean "threads"?']],
  ['a mistyped key of config', { apiVersion: 1, config: { default: {} } }, ['config.default', '"defaults"?']],
  ['a strange key', { apiVersion: 1, colour: 'red' }, ['gatehouse.colour: unknown key (known: apiVersion, title,']],
  [
    'an unknown hook',
    { apiVersion: 1, hooks: ['onAuth', 'onMsg'] },
    ['gatehouse.hooks[1]', '"onFetch"', 'got "onMsg"'],
  ],
  [
    'a policy that is none',
    { apiVersion: 1, onFault: 'allow' },
    ['gatehouse.onFault: expected continue, reject, defer'],
  ],
  [
    'a policy for no cause',
    { apiVersion: 1, onFault: { crash: 'defer' } },
    ['gatehouse.onFault.crash: unknown key, did you mean "crashed"?'],
  ],
  [
    'a relative path to read',
    { apiVersion: 1, permissions: { read: ['./lists'] } },
    ['gatehouse.permissions.read[0]: expected an absolute path', 'got "./lists"'],
  ],
  ['a schema that is no schema', { apiVersion: 1, config: { schema: { type: 'text' } } }, ['config.schema', 'usable']],
  ['a mistyped keyword', { apiVersion: 1, config: { schema: { minimun: 3 } } }, ['config.schema', '"minimun"']],
  [
    'an unknown format',
    { apiVersion: 1, config: { schema: { format: 'emial' } } },
    ['did you mean "email"?', 'config.schema'],
  ],
  [
    'a schema of a draft that cannot be read',
    { apiVersion: 1, config: { schema: { $schema: 'http://json-schema.org/draft-04/schema#' } } },
    ['$schema: "http://json-schema.org/draft-04/schema#" cannot be read; known drafts: draft-06', '2020-12'],
  ],
  ['a draft that is no text', { apiVersion: 1, config: { schema: { $schema: 7 } } }, ['$schema: 7 cannot be read']],
  [
    'a keyword of another draft than its own',
    { apiVersion: 1, config: { schema: { prefixItems: [{ type: 'string' }] } } },
    ['"prefixItems" is a keyword of another draft than draft-07'],
  ],
  ['a condition without consequences', { apiVersion: 1, config: { schema: { if: {} } } }, ['"if" without "then"']],
  ['a reference to another schema', { apiVersion: 1, config: { schema: { $ref: 'http://a/b' } } }, ['config.schema']],
];

for (const [why, field, words] of refused) {
  t.test(`${why} is refused, with the place and what was expected`, async (t) => {
    const message = refusal(field);
    t.match(message, /^limiter\/package\.json: /);
    for (const word of words) t.ok(message.includes(word), `"${message}" says ${word}`);
  });
}

t.test('all that is wrong is said at once', async (t) => {
  const message = refusal({ apiVersion: 9, threads: 0, order: 'first' });
  for (const key of ['apiVersion', 'threads', 'order']) t.match(message, `gatehouse.${key}: expected`);
});

t.test('defaults that do not fit their own schema are refused', async (t) => {
  const schema = { type: 'object', properties: { max: { type: 'integer', minimum: 1 } } };
  const message = refusal({ apiVersion: 1, config: { schema, defaults: { max: 0 } } });
  t.match(message, 'gatehouse.config.defaults.max: expected 1 or more, got 0');
});

t.test('a required key without a default is left for the operator to give', async (t) => {
  const schema = { type: 'object', required: ['url'], properties: { url: { type: 'string' } } };
  t.same(parse({ apiVersion: 1, config: { schema } }).config.defaults, {});
});

t.test('a pattern that never ends on its defaults is broken off', { timeout: 20_000 }, async (t) => {
  const schema = { type: 'object', properties: { name: { type: 'string', pattern: '^(a+)+$' } } };
  const message = refusal({ apiVersion: 1, config: { schema, defaults: { name: `${'a'.repeat(60)}b` } } });
  t.match(message, 'took longer than');
});

t.test('two plugins may use the same id for different schemas', async (t) => {
  const schema = (type: string) => ({
    $id: 'https://plugin.example/config',
    type: 'object',
    properties: { max: { $id: 'https://plugin.example/max', type } },
  });
  parse({ apiVersion: 1, config: { schema: schema('integer'), defaults: { max: 1 } } });
  parse({ apiVersion: 1, config: { schema: schema('string'), defaults: { max: 'one' } } });
  t.pass();
});
