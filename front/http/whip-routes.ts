/** An endpoint of WHIP or WHEP on Express: who may, how often, and how much is read; the endpoint itself does the rest. */
import express, { Router } from 'express';
import type { RequestHandler, Response } from 'express';
import { CORS_HEADERS, FRAGMENT_TYPE, SDP_TYPE } from '../../shared/whip/index.ts';
import type { WhipEndpoint, WhipResponse } from '../../shared/whip/index.ts';
import type { Asker, Gate } from '../whip/gate.ts';
import { MAX_BODY_BYTES } from './body.ts';
import { noStore } from './no-store.ts';
import { addressKey } from './rate-limit.ts';

export interface WhipRoutesOptions {
  /** Where the endpoint is: `/whep`. */
  readonly base: string;
  readonly endpoint: WhipEndpoint<Asker>;
  readonly gate: Gate;
  /** Slow down who begins sessions, and who does anything else. */
  readonly limits: { readonly costly: RequestHandler; readonly cheap: RequestHandler };
  /** Sends on what is about a session of another front, where there are several. */
  readonly sessionAtHome?: readonly RequestHandler[];
}

/** Asks nobody who he is but whoever begins a session: who goes on with one proves himself by its address, which nobody can guess. */
export function whipRoutes({ base, endpoint, gate, limits, sessionAtHome = [] }: WhipRoutesOptions): Router {
  const anyOrigin: RequestHandler = (_request, response, next) => {
    response.set(CORS_HEADERS);
    next();
  };
  const slowed: RequestHandler = (request, response, next) => {
    void (request.method === 'POST' ? limits.costly : limits.cheap)(request, response, next);
  };
  const known: RequestHandler = async (request, response, next) => {
    if (request.method === 'POST') response.locals['asker'] = await gate.admit(request);
    next();
  };
  const text = express.text({ type: [SDP_TYPE, FRAGMENT_TYPE], limit: MAX_BODY_BYTES });
  const serve: RequestHandler = async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client closed the connection before the answer came')));
    const { method, originalUrl: url, headers } = request;
    const body: unknown = request.body;
    const asker = (response.locals['asker'] as Asker | undefined) ?? { name: '' };
    const answer = await endpoint.handle({ method, url, headers, body: typeof body === 'string' ? body : undefined, address: addressKey(request.ip ?? ''), asker, signal: gone.signal });
    // A body that was not read to its end would be taken for the next request.
    if (!request.complete) response.set('Connection', 'close');
    send(response, answer);
  };
  return Router().use(base, anyOrigin, noStore, slowed, known, text, ...sessionAtHome, serve);
}

function send(response: Response, { status, headers, body, undelivered }: WhipResponse): void {
  if (response.destroyed) {
    undelivered?.();
    return;
  }
  response.once('close', () => {
    if (!response.writableFinished) undelivered?.();
  });
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Not by send(), which would add a character set to the type that players compare.
  response.end(body);
}
