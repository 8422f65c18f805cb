// The configuration that a plugin is given, of its defaults and the operator's.

import { GatehouseError } from '@gatehouse/host';
import { configOf } from '@gatehouse/host/internal/plugins/found/config';
import { parseManifest } from '@gatehouse/host/internal/plugins/found/manifest';
import t from 'tap';

const manifest = parseManifest(
  {
    apiVersion: 1,
    config: {
      schema: {
        type: 'object',
        additionalProperties: false,
        required: ['token'],
        properties: {
          maxBytes: { type: 'integer', minimum: 1 },
          token: { type: 'string', minLength: 20 },
          limits: { type: 'object', properties: { perDay: { type: 'integer' } } },
          colour: { enum: ['red', 'green'], default: 'green' },
        },
      },
      defaults: { maxBytes: 1000, limits: { perDay: 5 } },
    },
  },
  'limiter',
  'package.json',
);
const token = 'a token of some length';

function refusal(operators: unknown): GatehouseError {
  try {
    configOf('limiter', manifest, operators);
  } catch (error) {
    if (error instanceof GatehouseError) return error;
  }
  throw new Error('the configuration was taken');
}

t.test('the configuration of the operator replaces defaults key by key', async (t) => {
  const config = configOf('limiter', manifest, { token, limits: {} });
  t.same(config, { maxBytes: 1000, token, limits: {}, colour: 'green' });
});

t.test('the defaults of the manifest are not touched, and are not shared', async (t) => {
  const config = configOf('limiter', manifest, { token });
  t.not(config.limits, manifest.config.defaults.limits);
  t.same(manifest.config.defaults, { maxBytes: 1000, limits: { perDay: 5 } });
});

t.test('a plugin without a schema takes any configuration', async (t) => {
  const free = parseManifest({ apiVersion: 1 }, 'free', 'package.json');
  t.same(configOf('free', free, { anything: [1] }), { anything: [1] });
  t.same(configOf('free', free), {});

  t.test(
    'without a schema too, a plugin gets a copy of its configuration, and what cannot be copied is refused',
    async (t) => {
      const { schema: _, ...config } = manifest.config;
      const free = { config: { ...config, schema: {} } };
      const limits = { perDay: 1 };
      t.same(configOf('free', free, { limits }).limits, limits);
      t.not(configOf('free', free, { limits }).limits, limits);
      t.throws(() => configOf('free', free, { limits: () => 5 }), {
        code: 'PLUGIN_CONFIG_INVALID',
        message: /^plugin free: config: cannot be checked: /,
      });
    },
  );
});

t.test(
  'without a schema too, a plugin gets a copy of its configuration, and what cannot be copied is refused',
  async (t) => {
    const free = parseManifest({ apiVersion: 1 }, 'free', 'package.json');
    const limits = { perDay: 1 };
    t.same(configOf('free', free, { limits }).limits, limits);
    t.not(configOf('free', free, { limits }).limits, limits);
    t.throws(() => configOf('free', free, { limits: () => 5 }), {
      code: 'PLUGIN_CONFIG_INVALID',
      message: /^plugin free: config: cannot be checked: /,
    });
  },
);

t.test('a key that the operator has to give is named when it is missing', async (t) => {
  t.match(refusal(undefined), {
    code: 'PLUGIN_CONFIG_INVALID',
    plugin: 'limiter',
    message: 'plugin limiter: config.token: is missing',
  });
});

t.test('every wrong key is named, with what was expected', async (t) => {
  const { message } = refusal({ token, maxBytes: 0, limits: { perDay: 'few' }, colour: 'blue', maxByte: 1 });
  t.match(message, 'config.maxBytes: expected 1 or more, got a number');
  t.match(message, 'config.limits.perDay: expected a whole number, got a string');
  t.match(message, 'config.colour: expected one of "red", "green"');
  t.match(message, 'config.maxByte: unknown key, did you mean "maxBytes"?');
});

t.test('an error does not show values, as they may be secrets', async (t) => {
  const error = refusal({ token: 'hunter2', maxBytes: 'hunter2', limits: 'hunter2', colour: 'hunter2' });
  t.notMatch(`${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}`, 'hunter2');
});

t.test('a configuration that is no object, or cannot cross to a thread, is refused', async (t) => {
  t.match(refusal([token]), { code: 'PLUGIN_CONFIG_INVALID', message: /config: expected an object, got an array/ });
  t.match(refusal(null), { code: 'PLUGIN_CONFIG_INVALID', message: /got null/ });
  t.match(refusal({ token, limits: () => 'hunter2' }), { code: 'PLUGIN_CONFIG_INVALID' });
});

const draft = (name: string) => `https://json-schema.org/${name}/schema`;

interface OwnSchema {
  readonly $schema?: string;
  readonly $defs?: object;
  readonly [keyword: string]: unknown;
}

const schemas: readonly (readonly [title: string, schema: OwnSchema, fits: unknown, wrong: unknown, words: string])[] =
  [
    ['with a format', { format: 'email' }, 'ann@example.org', 'ann', 'expected text of the format "email"'],
    ['with annotations', { 'x-label': 'A', enumNames: ['a'], note: 'n', type: 'integer' }, 1, 'a', 'a whole number'],
    ['of draft-07', { $schema: 'http://json-schema.org/draft-07/schema#', minimum: 1 }, 1, 0, '1 or more'],
    ['of draft-06', { $schema: draft('draft-06'), exclusiveMinimum: 1 }, 2, 1, 'more than 1'],
    ['of draft 2019-09', { $schema: draft('draft/2019-09'), dependentRequired: { a: ['b'] } }, { b: 1 }, { a: 1 }, 'b'],
    [
      'of draft 2020-12',
      { $schema: draft('draft/2020-12'), $defs: { t: { type: 'string' } }, prefixItems: [{ $ref: '#/$defs/t' }] },
      ['a'],
      [1],
      'config.value[0]: expected a string',
    ],
  ];

for (const [title, { $schema, $defs, ...value }, fits, wrong, words] of schemas) {
  t.test(`a configuration is checked by a schema ${title}`, async (t) => {
    const schema = { ...($schema && { $schema }), ...($defs && { $defs }), properties: { value } };
    const parsed = parseManifest({ apiVersion: 1, config: { schema } }, 'limiter', 'package.json');
    t.same(configOf('limiter', parsed, { value: fits }), { value: fits });
    t.throws(() => configOf('limiter', parsed, { value: wrong }), {
      message: new RegExp(words.replace('[0]', '\\[0\\]')),
    });
  });
}
