/** Holds a server against its OpenAPI document: which routes its app has, and whether what it answers is as described. */
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';

interface Layer {
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>>; readonly stack: readonly { readonly method?: string }[] };
  readonly handle?: { readonly stack?: readonly Layer[] };
}

/** `GET /rooms/{id}` and so on: every route of an Express router, those of routers inside it included. */
export function routesOf({ stack }: { readonly stack: readonly Layer[] }): string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route && typeof route.path === 'string') return methodsOf(route).map((method) => `${method.toUpperCase()} ${described(route.path as string)}`);
    return handle?.stack ? routesOf({ stack: handle.stack }) : [];
  });
}

/** Without those that answer every other method with 405. */
function methodsOf({ stack }: NonNullable<Layer['route']>): string[] {
  return [...new Set(stack.flatMap(({ method }) => method ?? []))];
}

function described(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: object;
}

interface DescribedOperation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}

export class Described {
  readonly document: OpenApi;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(document: object) {
    this.document = document as OpenApi;
    (addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(this.#ajv);
    this.#ajv.addSchema({ $id: 'document', components: this.document.components });
  }

  get operations(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  }

  /** What of an answer is not as described, as sentences; empty when all of it is. @param operation such as `GET /rooms/{id}` */
  async complaints(operation: string, answer: Response): Promise<string[]> {
    const [method = '', path = ''] = operation.split(' ');
    const response = this.document.paths[path]?.[method.toLowerCase()]?.responses[String(answer.status)];
    const text = await answer.text();
    if (!response) return [`${operation} answered ${answer.status}, which is not described: ${text.slice(0, 200)}`];
    if (!response.content) return text === '' ? [] : [`${operation} answered ${answer.status} with a body that is not described`];
    const type = (answer.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
    const content = response.content[type];
    if (!content) return [`${operation} answered ${answer.status} as ${type}, which is not described`];
    if (type !== 'application/json') return [];
    // References of the document lead to its components.
    const schema = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/components/', '"document#/components/')) as object;
    const validate = this.#ajv.compile(schema);
    return validate(JSON.parse(text)) ? [] : [`${operation} answered ${answer.status} with ${text.slice(0, 300)}: ${this.#ajv.errorsText(validate.errors)}`];
  }
}
