// Generates the reference in docs/client-api.md (routes with their requests, answers and problems) from the routes that
// the server registers.

import type { TSchema } from 'typebox';
import { type ProblemCode, problemCodes } from '../wire/problems.js';
import type { RouteSettings } from './context.js';
import { type ClientRoute, commonProblems, type RouteAuth, type RouteSchemas, routeTags } from './route.js';
import { clientRoutes } from './routes.js';

/** Takes the limits from `settings`. */
export function clientApiAsMarkdown(settings: RouteSettings): string {
  const groups = Object.entries(routeTags).map(([tag, about]) => {
    const routes = clientRoutes.filter((route) => route.tag === tag);
    return [`## ${tag}\n\n${about}.\n`, ...routes.map((route) => routeAsMarkdown(route, settings))].join('\n');
  });
  return `${[...groups, problemsAsMarkdown()].join('\n')}\n`;
}

const authTexts: Readonly<Record<RouteAuth, string>> = {
  anyone: 'not needed',
  user: 'needed',
  'user or sealed sender': 'needed, except for sealed senders where the setting `sealedSender` lets them in',
};

const limitTexts: Readonly<Record<ClientRoute['limit'], string>> = {
  perAddress: 'by address (`loginRateLimit`)',
  perCaller: 'by identity, and without one by address (`rateLimit`)',
};

function routeAsMarkdown(route: ClientRoute, settings: RouteSettings): string {
  const { method, path, summary, description, auth, limit, problems } = route;
  return [
    `### \`${method} ${path}\`\n`,
    `${summary}.${description === undefined ? '' : ` ${description}`}\n`,
    `- Session token: ${authTexts[auth]}`,
    `- Counted: ${limitTexts[limit]}`,
    `- Problems of its own: ${codesAsMarkdown(problems)}\n`,
    membersAsMarkdown(route.schemas(settings)),
  ].join('\n');
}

function membersAsMarkdown({ headers, body, response }: RouteSchemas): string {
  const answers = Object.entries(response).flatMap(([status, schema]) => rowsOf(`answer ${status}`, schema));
  const rows = [...(headers ? rowsOf('header', headers) : []), ...(body ? rowsOf('body', body) : []), ...answers];
  return table(['in', 'member', 'type', 'about'], rows);
}

function problemsAsMarkdown(): string {
  const rows = Object.entries(problemCodes).map(([code, [status, title]]) => [`\`${code}\``, String(status), title]);
  return [
    '## Problems\n',
    `Every route may answer with ${codesAsMarkdown(commonProblems)}; one that needs a token also with \`UNAUTHENTICATED\`;`,
    'a path that no route has is `NOT_FOUND`, a method that a path does not have `METHOD_NOT_ALLOWED`.\n',
    table(['code', 'status', 'title'], rows),
  ].join('\n');
}

function codesAsMarkdown(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `\`${code}\``).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function rowsOf(place: string, schema: TSchema): readonly (readonly string[])[] {
  const rows = membersOf(schema as Schema, '');
  return (rows.length > 0 ? rows : [['', 'empty', (schema as Schema).description ?? '']]).map((row) => [place, ...row]);
}

/** Returns a row for each member, and for the members inside it. */
function membersOf({ properties = {}, required = [], items, anyOf = [] }: Schema, prefix: string): string[][] {
  const own = Object.entries(properties).flatMap(([name, member]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const optional = required.includes(name) ? '' : ', optional';
    const inner = membersOf(member, path);
    return [[`\`${path}\``, typeOf(member) + optional, member.description ?? ''], ...inner];
  });
  const alternatives = anyOf.flatMap((one) => membersOf(one, prefix));
  return [...own, ...(items ? membersOf(items, `${prefix}[]`) : []), ...alternatives];
}

function typeOf({ type, const: value, format, pattern, minimum, maximum, minItems, maxItems }: Schema): string {
  if (value !== undefined) return `\`${JSON.stringify(value)}\``;
  if (format !== undefined) return format;
  if (pattern !== undefined) return `text like \`${pattern}\``;
  const range = rangeOf(minimum ?? minItems, maximum ?? maxItems);
  return `${type === 'string' ? 'text' : type}${range}`;
}

function rangeOf(min: number | undefined, max: number | undefined): string {
  if (max !== undefined) return `, ${min ?? 0} to ${max}`;
  return min === undefined ? '' : `, from ${min}`;
}
