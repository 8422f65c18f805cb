// Names the schemas of the OpenAPI document, so that generated clients and readers get a type for each, and none twice.

interface Content {
  schema?: object;
}

interface Body {
  readonly content?: Readonly<Record<string, Content>>;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components?: object;
}

/** Moves the schemas of requests and answers to the components, named by their operation; a problem is a `Problem`. */
export function withNamedSchemas<D extends object>(document: D): D {
  const names = new Map<string, string>();
  const schemas: Record<string, object> = {};
  const name = (body: Body | undefined, wanted: string) => {
    for (const [type, content] of Object.entries(body?.content ?? {})) {
      if (content.schema === undefined) continue;
      const text = JSON.stringify(content.schema);
      const known = names.get(text) ?? (type === 'application/problem+json' ? 'Problem' : wanted);
      names.set(text, known);
      schemas[known] ??= content.schema;
      content.schema = { $ref: `#/components/schemas/${known}` };
    }
  };
  for (const operation of operationsOf(document as Document)) {
    const { operationId, requestBody, responses } = operation;
    const title = operationId[0]!.toUpperCase() + operationId.slice(1);
    name(requestBody, `${title}Request`);
    for (const answer of Object.values(responses)) name(answer, `${title}Answer`);
  }
  return { ...document, components: { ...(document as Document).components, schemas } };
}

function operationsOf({ paths = {} }: Document): readonly Operation[] {
  return Object.values(paths).flatMap((path) => Object.values(path));
}
