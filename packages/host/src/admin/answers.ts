// The answers of the admin API as schemas: types, serialisers and OpenAPI derive from them.

import { type Static, Type } from 'typebox';
import { severities } from '../contract/conditions.js';
import { pluginStates } from '../contract/plugin-state.js';
import type { RescanChange } from '../contract/status.js';

const counts = (description: string) => Type.Record(Type.String(), Type.Integer(), { description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

const words = (description: string) =>
  Type.Unsafe<readonly string[]>({ type: 'array', items: { type: 'string' }, description });

const memoryGuards = ['sampled', 'reported', 'process'] as const;

export const counters = Type.Object(
  {
    continued: count('Gate calls that it let pass.'),
    rejected: count('Gate calls that it refused.'),
    deferred: count('Gate calls that it put off: the client is asked to come again.'),
    faults: counts('Gate calls without a verdict, by cause.'),
    admitted: counts('Messages let through without its verdict, by cause.'),
    observed: count('Observer events handed over to it.'),
    dropped: counts('Observer events that did not fit, by hook.'),
    observerErrors: count('Observer handlers that threw.'),
    logDropped: count('Lines that it logged or printed beyond its credit, and that were dropped.'),
    crashes: count('Sessions that ended unasked.'),
    zombies: count('Threads that could not be ended and are still there. The one that can go down.'),
  },
  // Other counters of a host are passed through unchanged.
  { additionalProperties: true, description: 'Since the host started; they only go up.' },
);

export const pluginAnswer = Type.Object({
  name: Type.String(),
  title: Type.String({ description: 'Its name for people.' }),
  version: Type.String({ description: 'As its package.json says; empty for a single file.' }),
  path: Type.String({ description: 'The folder or file it was found as.' }),
  enabled: Type.Boolean({ description: 'Whether the operator wants it to run.' }),
  state: Type.Enum(pluginStates),
  reason: Type.String({ description: 'Why it is in this state, where there is more to say than its name.' }),
  notRemembered: Type.Optional(
    Type.String({
      description: 'Why the last change could not be stored, which a restart forgets; absent once it is.',
    }),
  ),
  generation: count('Rises each time it is started by an operator or with the host.'),
  order: Type.Number({ description: 'Its place in the chain: lower is asked earlier.' }),
  threads: count('How many threads serve it.'),
  hooks: words('The hooks that it implements, known once it has been ready.'),
  isolation: Type.Optional(
    Type.Enum(['thread', 'hardened-thread', 'process'], {
      description: 'What it lives in; absent while it is invalid.',
    }),
  ),
  permissions: Type.Optional(
    Type.Object(
      { granted: words('What it may do.'), refused: words('What it asks for and has not been granted.') },
      { description: 'What its manifest asks for; absent while it is invalid.' },
    ),
  ),
  policy: Type.Record(Type.String(), Type.Enum(['continue', 'reject', 'defer']), {
    description: 'What a gate call without a verdict counts as, by cause.',
  }),
  pids: Type.Unsafe<readonly number[]>({
    type: 'array',
    items: { type: 'integer' },
    description: 'Its processes; none while it lives in threads.',
  }),
  memoryGuard: Type.Enum(memoryGuards, { description: 'What keeps it to its memory: as good as this Node allows.' }),
  counters,
});

export const pluginsAnswer = Type.Object({ plugins: Type.Array(pluginAnswer) });

const stateOr = (description: string) => Type.Optional(Type.Enum(pluginStates, { description }));

export const rescanAnswer = Type.Object({
  plugins: Type.Unsafe<readonly PluginAnswer[]>(Type.Array(pluginAnswer)),
  changed: Type.Unsafe<readonly RescanChange[]>(
    Type.Array(
      Type.Object({
        plugin: Type.String(),
        from: stateOr('Absent when it was not known.'),
        to: stateOr('Absent when it is not known any more.'),
        reason: Type.String(),
      }),
      { description: 'Plugins in another state than before.' },
    ),
  ),
});

const conditionAnswer = Type.Object({
  name: Type.String({ description: 'As docs/conditions.md lists them. Stable.' }),
  severity: Type.Enum(severities),
  makesUnready: Type.Boolean({ description: 'Whether `/readyz` answers 503 for it.' }),
  since: Type.String({ description: 'RFC 3339.' }),
  sentence: Type.String(),
  page: Type.String({ description: 'Where it is described.' }),
  plugin: Type.Optional(Type.String()),
});

export const healthAnswer = Type.Object({
  ok: Type.Boolean({ description: 'False when the status is `failing`.' }),
  status: Type.Enum(['ok', 'degraded', 'failing'], {
    description: 'failing: a condition is an alert. degraded: one is a warning.',
  }),
  plugins: counts('How many plugins are in each state.'),
  conditions: Type.Array(conditionAnswer, { description: 'All that is not as it should be.' }),
});

/** The answer if the host cannot even report the state of its plugins. */
export const unhealthyAnswer = Type.Object({ ok: Type.Literal(false) });

/** An error in the form of RFC 9457. */
export const problemAnswer = Type.Object({
  type: Type.String({ description: 'The kind of problem, as a URI.' }),
  title: Type.String({ description: 'The kind of problem, for people.' }),
  status: Type.Integer(),
  detail: Type.String({ description: 'What went wrong this time.' }),
  code: Type.String({ description: 'The kind of problem, for programs. Stable.' }),
});

export type PluginAnswer = Readonly<Static<typeof pluginAnswer>>;
export type RescanAnswer = Readonly<Static<typeof rescanAnswer>>;
export type HealthAnswer = Readonly<Static<typeof healthAnswer>>;
export type Problem = Readonly<Static<typeof problemAnswer>>;
