/** The HTTP interface as an OpenAPI 3.1 document, made of the very schemas that requests are checked against. */
import { z } from 'zod';
import { packageVersion } from '../../shared/cli/version.ts';
import { jsonSchema, openApiPath, operationObject, type Operation } from './operation.ts';
import { operating } from './operating.ts';
import { people } from './people.ts';
import { trace } from './trace.ts';
import { watching } from './watching.ts';
import { whip } from './whip.ts';

/** Every request there is; one list for each part of the interface. */
export const OPERATIONS: readonly Operation[] = [...watching, ...whip, ...people, ...operating, ...trace];

const DESCRIPTION = `Watch streamers, call people and meet in rooms. A slash at the end of a path makes no difference. Every refusal has the one shape of \`Error\`, whose \`error\` is never renamed.

What a page must hear at once comes over a WebSocket at \`/ws\`: changes of the lists, the ends of calls, incoming calls, and what happens in rooms.`;

const errorSchema = z.object({ error: z.string().describe('A stable id, for programs'), message: z.string().describe('A sentence, for people') });

export function openApiDocument(operations: readonly Operation[] = OPERATIONS): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) (paths[openApiPath(operation.path)] ??= {})[operation.method] = operationObject(operation);
  return {
    openapi: '3.1.0',
    info: { title: 'sipcast front', version: packageVersion(), description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Error: jsonSchema(errorSchema, 'output') },
      securitySchemes: {
        viewer: { type: 'apiKey', in: 'cookie', name: 'sipcast', description: 'Set by /register' },
        account: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        watchToken: { type: 'http', scheme: 'bearer', description: 'One of --watch-token; without that option whoever may be a guest needs no proof' },
        publishToken: { type: 'http', scheme: 'bearer', description: 'One of --publish-token; without that option whoever sits at the server’s own machine needs no proof, where no other machine reaches it' },
        operatorPassword: { type: 'http', scheme: 'basic', description: 'Any user name, and the password of --operator-password; without that option whoever sits at the server’s own machine needs no proof' },
      },
    },
  };
}
