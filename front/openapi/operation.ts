/** How one request of the HTTP interface is described, and what becomes of that in an OpenAPI 3.1 document. */
import { z } from 'zod';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete' | 'options';

/** Who may ask: anybody, whoever registered a name, an account, an operator's account, an operator by any proof; who watches and who publishes by HTTP alone. */
export type Who = 'anybody' | 'viewer' | 'account' | 'operator-account' | 'operator' | 'player' | 'encoder';

/** A body that is no JSON: its media type. */
export interface Text {
  readonly type: string;
}

/** An answer that is no error. */
export interface Answer {
  readonly description: string;
  /** Undefined for one without a body. */
  readonly body?: z.ZodType | Text;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly method: Method;
  /** As Express has it, without a slash at its end: `/rooms/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly who: Who;
  readonly query?: z.ZodObject;
  /** Headers that the request must have, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether pages of other sites may ask. */
  readonly anyOrigin?: boolean;
  readonly body?: z.ZodType | Text;
  /** Whether the body may be left out. */
  readonly bodyOptional?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of refusals, with their stable ids in words; those of every request are added. */
  readonly refusals?: Readonly<Record<number, string>>;
}

const JSON_TYPE = 'application/json';
const ERROR = { $ref: '#/components/schemas/Error' };

/** By who may ask: the security schemes of components, each of which suffices. */
const SECURITY: Readonly<Record<Who, readonly object[]>> = {
  anybody: [],
  viewer: [{ viewer: [] }],
  account: [{ account: [] }],
  'operator-account': [{ account: [] }],
  operator: [{ account: [] }, { operatorPassword: [] }, {}],
  player: [{ account: [] }, { watchToken: [] }, {}],
  encoder: [{ account: [] }, { publishToken: [] }, {}],
};

const REFUSED_TO: Readonly<Record<Who, Readonly<Record<number, string>>>> = {
  anybody: {},
  viewer: { 401: '`not-registered`: the name is not proven by the cookie' },
  account: { 401: '`sign-in-required`, `invalid-token`' },
  'operator-account': { 401: '`sign-in-required`, `invalid-token`', 403: '`operators-only`' },
  operator: { 401: '`operators-only` with a challenge, `invalid-token`', 403: '`operators-only`: not on this machine, or not an operator' },
  player: { 401: '`sign-in-required`, `invalid-token`' },
  encoder: { 401: '`sign-in-required`, `invalid-token`' },
};

const JSON_REFUSALS = { 400: '`malformed-json`, `malformed-request`, `bad-name`' };
const BODY_REFUSALS = { 413: '`too-large`', 415: '`unsupported-type`' };
const WRITE_REFUSALS = { 403: '`foreign-origin`: the request comes from another site’s page' };
const USUAL_REFUSALS = { 429: '`too-many-requests`, with Retry-After' };

/** `/rooms/:id` → `/rooms/{id}`. */
export function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

/** The Operation Object (OpenAPI 3.1 §4.8.10). */
export function operationObject({ method, path, tag, summary, who, query, headers = {}, anyOrigin = false, body, bodyOptional = false, answers, refusals = {} }: Operation): object {
  const refused = merged(body instanceof z.ZodType ? JSON_REFUSALS : {}, method === 'get' || anyOrigin ? {} : WRITE_REFUSALS, body ? BODY_REFUSALS : {}, REFUSED_TO[who], refusals, USUAL_REFUSALS);
  const parameters = [...pathParameters(path), ...queryParameters(query), ...headerParameters(headers)];
  return {
    operationId: `${method}${path.replaceAll(/[/:.-]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, '')}`,
    tags: [tag],
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: !bodyOptional, content: contentOf(body, 'input') } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, responseObject(answer)])),
      ...Object.fromEntries(Object.entries(refused).map(([status, description]) => [status, { description, content: { [JSON_TYPE]: { schema: ERROR } } }])),
    },
    security: SECURITY[who],
  };
}

/** JSON Schema of what is sent, or answered, by its zod schema; what a refinement demands beyond that only the server knows. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  // Which dialect it is the document says: OpenAPI 3.1's own.
  return Object.fromEntries(Object.entries(z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' })).filter(([name]) => name !== '$schema'));
}

function responseObject({ description, body, headers }: Answer): object {
  return {
    description,
    ...(body && { content: contentOf(body, 'output') }),
    ...(headers && { headers: Object.fromEntries(Object.entries(headers).map(([name, about]) => [name, { description: about, schema: { type: 'string' } }])) }),
  };
}

function contentOf(body: z.ZodType | Text, io: 'input' | 'output'): object {
  return body instanceof z.ZodType ? { [JSON_TYPE]: { schema: jsonSchema(body, io) } } : { [body.type]: { schema: { type: 'string' } } };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters(query: z.ZodObject | undefined): object[] {
  if (!query) return [];
  return Object.entries(query.shape).map(([name, schema]) => ({ name, in: 'query', required: false, schema: jsonSchema(schema as z.ZodType, 'output') }));
}

function headerParameters(headers: Readonly<Record<string, string>>): object[] {
  return Object.entries(headers).map(([name, description]) => ({ name, in: 'header', required: true, description, schema: { type: 'string' } }));
}

/** Where two say something of one status, both count. */
function merged(...all: readonly Readonly<Record<number, string>>[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const refusals of all) for (const [status, text] of Object.entries(refusals)) result[status] = result[status] === undefined ? text : `${result[status]}; ${text}`;
  return result;
}
