// The route by which operators find the messages that were let through without a plugin's verdict.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { AdmittedMessage, Store } from '../store/store.js';

const hex = (description: string) => Type.String({ description: `${description}, in hex as in the audit lines` });

const Admitted = Type.Object({
  channelId: hex('Channel'),
  recipientKey: hex('Whose mailbox it is in'),
  seq: Type.String({ description: 'Unsigned 64-bit number as a decimal string' }),
  storedAt: Type.String({ description: 'RFC 3339' }),
  admittedWithout: Type.Array(Type.String(), { description: 'The plugins that could not say' }),
});

const Query = Type.Object({
  plugin: Type.Optional(Type.String({ description: 'Only those that passed without this plugin' })),
  after: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$', description: 'The `next` of an earlier answer' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
});

const Page = Type.Object({
  messages: Type.Array(Admitted),
  next: Type.Optional(Type.String({ description: 'Where to go on, also when fewer came than were asked for' })),
});

export function admittedRoute(app: FastifyInstance, store: Pick<Store, 'admittedWithout'>): void {
  const schema = {
    tags: ['messages'],
    summary: 'Messages that were let through without the verdict of a plugin',
    description: 'Those that are still stored. The log has an audit line of each, which stays when it is fetched.',
    querystring: Query,
    response: { 200: Page },
  };
  app.withTypeProvider<TypeBoxTypeProvider>().get('/messages/admitted', { schema, preValidation }, async (request) => {
    const { limit = 100, ...range } = request.query;
    const { messages, next } = await store.admittedWithout({ ...range, limit });
    return { messages: messages.map(shown), ...(next !== undefined && { next }) };
  });
}

/** Refuses a parameter that is not known: a misspelt one would silently be its default. */
async function preValidation({ query }: FastifyRequest): Promise<void> {
  const known = Object.keys(Query.properties);
  const unknown = Object.keys(query as object).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = didYouMean(unknown, known) || `; known are ${known.join(', ')}`;
  throw Object.assign(new Error(`querystring/${unknown.slice(0, 64)} is not known here${near}`), { statusCode: 400 });
}

function shown({ mailbox, seq, storedAt, admittedWithout }: AdmittedMessage): Static<typeof Admitted> {
  return {
    channelId: Buffer.from(mailbox.channelId).toString('hex'),
    recipientKey: Buffer.from(mailbox.recipientKey).toString('hex'),
    seq: seq.toString(),
    storedAt: new Date(storedAt).toISOString(),
    admittedWithout: [...admittedWithout],
  };
}
