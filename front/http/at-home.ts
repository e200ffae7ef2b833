/** Where there are several fronts: requests are served at the one that has the name, or the session, that they are about; the client notices nothing. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Request, RequestHandler, Response } from 'express';
import type { Cluster } from '../cluster/cluster.ts';
import { FrontGone, FrontUnreachable, passable } from '../cluster/forwarding.ts';
import type { FrontEntry } from '../cluster/shared-state.ts';
import { frontAway } from '../failures.ts';
import { setCookieHeader } from '../viewers/cookie.ts';
import type { CookieSigner } from '../viewers/cookie.ts';
import { nameSchema } from '../viewers/name.ts';
import { clientAddress, isSecure } from './client-address.ts';
import type { Trusts } from './client-address.ts';
import { addressKey } from './rate-limit.ts';

/** Longer than the slowest answer: that of a streamer which is called twice in vain, ms. */
const ANSWER_LIMIT_MS = 70_000;

/** Fronts that are found gone while one request waits. */
const MAX_ATTEMPTS = 3;

/** Requests that another front has passed on: they are served here, whatever comes of it. */
const fromFronts = new WeakSet<IncomingMessage>();

/** Sees every request first: who asks is whom the front that passes it on has seen. */
export function fromOtherFronts(cluster: Pick<Cluster, 'passedOn'>): RequestHandler {
  return (request, _response, next) => {
    const passedOn = cluster.passedOn(request, request.originalUrl);
    if (passedOn !== undefined) {
      fromFronts.add(request);
      const { ip, secure } = passedOn;
      Object.defineProperties(request, { ip: { value: ip }, ips: { value: [ip] }, secure: { value: secure }, protocol: { value: secure ? 'https' : 'http' } });
    }
    next();
  };
}

/** Sends on what is of a name that another front has; to be put behind whatever reads the body. */
export function atHome(cluster: Pick<Cluster, 'homes' | 'names' | 'fronts' | 'forwarding'>, signer: CookieSigner): RequestHandler {
  return async (request, response, next) => {
    const proofs = signer.read(request.headers.cookie);
    if (!fromFronts.has(request)) {
      const asked = { proofs, name: nameIn(request), address: addressKey(request.ip ?? '') };
      const body: unknown = request.body;
      const served = await elsewhere(cluster, () => cluster.homes.find(asked), (front) => forward(cluster, front, request, response, body === undefined ? undefined : JSON.stringify(body)));
      if (served) return;
    }
    const renewed = cluster.homes.renewed(proofs);
    if (renewed !== undefined) response.set('Set-Cookie', setCookieHeader(renewed, { secure: request.secure }));
    next();
  };
}

/** Sends on what is about a session that another front has, by the session's id, the last part of the path. */
export function sessionAtHome(cluster: Pick<Cluster, 'homes' | 'fronts' | 'forwarding'>): RequestHandler {
  return async (request, response, next) => {
    if (fromFronts.has(request)) {
      next();
      return;
    }
    const id = request.path.split('/')[2] ?? '';
    const body: unknown = request.body;
    const served = await elsewhere(cluster, () => Promise.resolve(cluster.homes.ofSession(id)), (front) => forward(cluster, front, request, response, typeof body === 'string' ? body : undefined));
    if (!served) next();
  };
}

/** Joins a page's WebSocket with the front where it is at home. @param trusts of which addresses X-Forwarded-* headers are believed */
export function upgradeElsewhere(cluster: Pick<Cluster, 'homes' | 'fronts' | 'tunnels' | 'passedOn'>, signer: CookieSigner, trusts: Trusts) {
  return async (request: IncomingMessage, name: string | undefined, socket: Duplex, head: Buffer): Promise<{ served: boolean; cookie?: string | undefined }> => {
    const proofs = signer.read(request.headers.cookie);
    const passedOn = cluster.passedOn(request);
    const secure = passedOn?.secure ?? isSecure(request, trusts);
    if (passedOn === undefined) {
      const ip = clientAddress(request, trusts);
      const { method = 'GET', url = '', headers } = request;
      const asked = { proofs, name, address: addressKey(ip) };
      const served = await elsewhere(cluster, () => cluster.homes.find(asked), (front) => cluster.tunnels.join(front, { method, url, headers, client: { ip, secure } }, socket, head));
      if (served) return { served };
    }
    const renewed = cluster.homes.renewed(proofs);
    return { served: false, cookie: renewed === undefined ? undefined : setCookieHeader(renewed, { secure }) };
  };
}

/** @returns whether another front has served it. @throws ApiError 503 where that one cannot be reached, and yet lives */
async function elsewhere(cluster: Pick<Cluster, 'fronts'>, find: () => Promise<FrontEntry | undefined>, serve: (front: FrontEntry) => Promise<void>): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const front = await find();
    if (front === undefined) return false;
    try {
      await serve(front);
      return true;
    } catch (error) {
      if (error instanceof FrontUnreachable) throw frontAway(error);
      if (!(error instanceof FrontGone)) throw error;
      await cluster.fronts.declareGone(front.id);
    }
  }
  return false;
}

async function forward({ forwarding }: Pick<Cluster, 'forwarding'>, front: FrontEntry, request: Request, response: Response, body: string | undefined): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort(new Error('the client closed the connection before the answer came')));
  const { method, originalUrl: url, headers, secure } = request;
  const outgoing = { method, url, headers, client: { ip: request.ip ?? '', secure } };
  const answer = await forwarding.send(front, outgoing, body, { limitMs: ANSWER_LIMIT_MS, signal: left.signal }).catch((error: unknown) => {
    if (left.signal.aborted) return undefined;
    throw error;
  });
  if (answer === undefined) return;
  response.writeHead(answer.statusCode ?? 502, passable(answer.headers));
  answer.once('error', () => response.destroy());
  answer.pipe(response);
}

/** In which a request is made: of those that say none, whoever proves one asks in the newest. */
function nameIn(request: Request): string | undefined {
  const body: unknown = request.body;
  const given: unknown = typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined;
  return nameSchema.safeParse(given).data;
}
