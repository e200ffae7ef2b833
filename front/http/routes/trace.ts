/** `GET /trace`: a ticket to read along over the WebSocket, for those who may; and the captures that the package brings. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import express, { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import { ApiError } from '../../api-error.ts';
import type { Operators } from '../../statistics/operators.ts';
import type { Tickets } from '../../trace/tickets.ts';
import { askerOf } from '../bearer.ts';
import { onlyMethod } from '../errors.ts';
import { noStore } from '../no-store.ts';

const CAPTURE = /^[\w-]+\.pcapng$/;
const MAX_CAPTURES = 100;

export interface TraceRoutesOptions {
  readonly tickets: Tickets;
  readonly operators: Operators;
  readonly accounts: Accounts;
  readonly capturesFolder: string;
  readonly limits: { readonly cheap: RequestHandler };
  /** Sends on what is of a name that another front has: a ticket is good at the front that gave it. */
  readonly home?: readonly RequestHandler[];
}

export function traceRoutes({ tickets, operators, accounts, capturesFolder, limits, home = [] }: TraceRoutesOptions): Router {
  const router = Router();
  const get = (path: string, ...handlers: RequestHandler<{ name: string }>[]) => {
    router.route(path).get(limits.cheap, ...handlers).all(onlyMethod('GET', 'HEAD'));
  };
  get('/trace', noStore, ...home, async (request, response) => {
    const refusal = operators.refusal(request);
    if (refusal && !(await isOperator(request, accounts))) throw refusal;
    response.json({ ticket: tickets.issue() });
  });
  get('/captures', noStore, async (_request, response) => {
    response.json({ captures: await capturesIn(capturesFolder) });
  });
  const files = express.static(capturesFolder, { index: false, redirect: false, setHeaders: (response) => response.setHeader('Content-Type', 'application/vnd.tcpdump.pcap') });
  get('/captures/:name', (request, response, next) => {
    if (!CAPTURE.test(request.params.name)) throw unknownCapture();
    request.url = `/${request.params.name}`;
    files(request, response, () => next(unknownCapture()));
  });
  return router;
}

async function isOperator(request: Request, accounts: Accounts): Promise<boolean> {
  return (await askerOf(request, accounts))?.operator === true;
}

/** Those that are there; a package without captures has none. */
async function capturesIn(folder: string): Promise<{ name: string; bytes: number }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => CAPTURE.test(name)).sort().slice(0, MAX_CAPTURES);
  return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })));
}

function unknownCapture(): ApiError {
  return new ApiError(404, 'unknown-capture', 'There is no such capture.');
}
