// The OpenAPI document of a running server, and checks of values against the schemas in it.

import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';

export interface Content {
  readonly schema: AnySchemaObject;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Body {
  readonly content?: Readonly<Record<string, Content>>;
}

export interface Operation {
  readonly summary: string;
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

export interface Described {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly post: Operation }>>;
  readonly components: {
    readonly securitySchemes: object;
    readonly schemas: Readonly<Record<string, AnySchemaObject>>;
  };
}

export async function documentOf(url: string): Promise<Described> {
  return (await fetch(`${url}/docs/json`)).json() as Promise<Described>;
}

// The formats are the server's own, and are tested with the requests.
const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** Returns a check that describes the errors of a value; empty when it is valid. */
export function checkOf(
  { components }: Pick<Described, 'components'>,
  schema: AnySchemaObject,
): (value: unknown) => string {
  const validate = ajv.compile({ ...schema, components });
  return (value) => (validate(value) ? '' : ajv.errorsText(validate.errors));
}

/** Returns how an answer differs from the document; empty when it conforms. */
export async function objectionTo(document: Described, path: string, response: Response): Promise<string> {
  const described = document.paths[path]?.post.responses[response.status];
  if (!described) return `there is no ${response.status} of ${path}`;
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0];
  if (type === undefined) return text === '' && !described.content ? '' : 'there is a body in the document';
  const content = described.content?.[type];
  return content ? checkOf(document, content.schema)(JSON.parse(text)) : `there is no ${type} in the document`;
}
