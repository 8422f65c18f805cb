// Requests made from the routes that the server registers: as a route wants them, nearly so, and as somebody who means harm sends them.

import fc from 'fast-check';

/** Bytes of the formats that stand for so many; the others are made below. */
const lengths = { 'identity-key': 32, 'channel-id': 16, signature: 64, 'login-id': 16 };

const base64url = (constraints) => fc.uint8Array(constraints).map((bytes) => Buffer.from(bytes).toString('base64url'));

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.constantFrom('', '=', 'AA==', 'AB', '\u0000', '\ud800', '../../etc/passwd', '%00', "' OR 1=1 --", '🙂'.repeat(64)),
  fc.integer({ min: 1, max: 9_000 }).map((length) => 'A'.repeat(length)),
);
const hostileNumber = fc.constantFrom(-1, -0, 0.5, 2 ** 31, 2 ** 53, 2 ** 64, 1e308, -1e308, Number.MIN_VALUE);
const hostile = fc.oneof(
  hostileText,
  hostileNumber,
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom([], {}, null, true),
);
const poison = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '', 'extra', '0');

/** `real` has values by format that the server knows. */
function valid(schema, real) {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, valid(inner, real)]);
    return fc.record(Object.fromEntries(members), { requiredKeys: schema.required ?? [] });
  }
  if (schema.type === 'array')
    return fc.array(valid(schema.items, real), { minLength: schema.minItems ?? 0, maxLength: 5 });
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum, max: schema.maximum });
  if (schema.type === 'boolean') return fc.boolean();
  return text(schema, real[schema.format]);
}

function text(schema, known) {
  const made = madeText(schema);
  return known?.length > 0 ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, made) : made;
}

function madeText({ format, pattern }) {
  const length = lengths[format];
  if (length) return base64url({ minLength: length, maxLength: length });
  if (format === 'base64url') return base64url({ minLength: 1, maxLength: 300 });
  if (format === 'u63') return fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);
  if (format === 'u64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  if (format === 'username') return fc.stringMatching(/^[a-z][a-z0-9.]{0,20}$/);
  return pattern ? fc.stringMatching(new RegExp(pattern)) : fc.string({ maxLength: 40 });
}

/** The same value with one place in it changed: replaced, left out, or joined by a member that nobody asked for. */
function spoilt(value, { where, how, key, what }) {
  if (typeof value !== 'object' || value === null || where.length === 0) return what;
  const names = Object.keys(value);
  if (how === 'add' || names.length === 0) {
    // Not by assignment: that would set the prototype instead of a member.
    return Array.isArray(value) ? [...value, what] : Object.fromEntries([...Object.entries(value), [key, what]]);
  }
  const name = names[where[0] % names.length];
  const rest = { where: where.slice(1), how, key, what };
  if (Array.isArray(value)) return value.map((inner, i) => (String(i) === name ? spoilt(inner, rest) : inner));
  const entries = Object.entries(value).filter(([each]) => how !== 'drop' || each !== name);
  return Object.fromEntries(entries.map(([each, inner]) => [each, each === name ? spoilt(inner, rest) : inner]));
}

const spoiling = fc.record({
  where: fc.array(fc.nat(20), { maxLength: 4 }),
  how: fc.constantFrom('replace', 'drop', 'add'),
  key: poison,
  what: hostile,
});

const rawText = fc.oneof(
  hostileText,
  fc.constantFrom('{', '[', '{"a":', 'null', '1e999', '{"__proto__":{"a":1}}', `${'['.repeat(5_000)}`, '\ufeff{}'),
);

function bodyOf(schema, real) {
  if (!schema) return fc.oneof(fc.constant(undefined), fc.constant('{}'), rawText);
  const good = valid(schema, real);
  const near = fc.tuple(good, spoiling).map(([value, how]) => spoilt(value, how));
  return fc.oneof(
    { weight: 5, arbitrary: good.map((value) => JSON.stringify(value)) },
    { weight: 6, arbitrary: near.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: rawText },
  );
}

const headerValue = fc.stringMatching(/^[\x21-\x7e]{0,80}$/);

function headersOf(tokens) {
  const json = { weight: 12, arbitrary: fc.constant('application/json') };
  const headers = {
    'content-type': fc.oneof(
      json,
      fc.constantFrom('text/plain', 'application/xml', 'application/json; charset=x', ';;'),
    ),
    authorization: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...tokens).map((token) => `Bearer ${token}`) },
      base64url({ minLength: 32, maxLength: 32 }).map((token) => `Bearer ${token}`),
      headerValue,
    ),
    'idempotency-key': fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), headerValue),
    'content-encoding': fc.constantFrom('gzip', 'identity'),
  };
  const usual = fc.record(headers, { requiredKeys: ['content-type', 'authorization'] });
  return fc.oneof({ weight: 5, arbitrary: usual }, fc.record(headers, { requiredKeys: [] }));
}

/** Each route has the schema of its body, and the tokens that it may be asked with: those that end sessions have their own. */
export function requestArbitrary(routes, real) {
  const requests = routes.map(({ method, path, body, tokens }) =>
    fc.record({
      method: fc.oneof({ weight: 30, arbitrary: fc.constant(method) }, fc.constantFrom('PUT', 'DELETE')),
      path: fc.oneof(
        { weight: 30, arbitrary: fc.constant(path) },
        fc.constantFrom(`${path}/`, `${path}?a[]=1&__proto__=2`, `${path}/%2e%2e`, `${path}%`, `/${path}`),
      ),
      headers: headersOf(tokens),
      body: bodyOf(body, real),
    }),
  );
  return fc.oneof(...requests);
}
