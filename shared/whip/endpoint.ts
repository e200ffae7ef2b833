/**
 * A WHIP or WHEP endpoint and its sessions (RFC 9725, draft-ietf-wish-whep-03), whatever serves HTTP and whatever serves media: requests go in,
 * answers come out, and a handler does the rest.
 */
import { randomBytes } from 'node:crypto';
import { CORS_HEADERS, preflightHeaders } from './cors.ts';
import { refusal, WhipError } from './errors.ts';
import { FRAGMENT_TYPE, formatFragment } from './fragment.ts';
import type { Begin, WhipMedia } from './handler.ts';
import { iceServerLinks, type IceServer } from './links.ts';
import { Places, type SessionLimits } from './places.ts';
import { entityTag } from './preconditions.ts';
import { unknownSession, WhipSession } from './session.ts';

export const SDP_TYPE = 'application/sdp';

export const DEFAULT_LIMITS: SessionLimits = { sessions: 10_000, sessionsPerAddress: 1_000 };

const ID_BYTES = 16;
const TAG_BYTES = 9;
const ENDPOINT_METHODS = ['POST', 'GET', 'HEAD', 'OPTIONS'] as const;
const SESSION_METHODS = ['PATCH', 'DELETE', 'GET', 'HEAD', 'OPTIONS'] as const;

/** A request as any HTTP server has it. */
export interface WhipRequest<Asker = undefined> {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As UTF-8 text; whoever read it has bounded its size. */
  readonly body?: string | undefined;
  /** Whose sessions are counted together: an IP address. */
  readonly address: string;
  /** Handed on to the handler. */
  readonly asker: Asker;
  /** Aborted when the client does not wait for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface WhipResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** To be called where the answer could not be sent: ends the session that nobody has heard of. */
  readonly undelivered?: () => void;
}

export interface WhipEndpointOptions<Asker> {
  /** Path under which the resources are, without a slash at its end: `/whep`. */
  readonly base: string;
  /** Answers offers. */
  readonly begin: Begin<Asker>;
  /** Told to clients with each answer. */
  readonly iceServers?: readonly IceServer[];
  readonly limits?: Partial<SessionLimits>;
  /** What a session's id is made of, besides what is random: one part of a path. */
  readonly sessionId?: (random: string) => string;
  /** So many random bytes, in base64url; those of Node unless given. */
  readonly randomId?: (bytes: number) => string;
}

/**
 * @example
 * const whep = new WhipEndpoint({ base: '/whep', begin: ({ resource, sdp }) => camera(resource).watch(sdp) });
 * const { status, headers, body } = await whep.handle({ method: 'POST', url: '/whep/garden', headers, body, address, asker: undefined });
 */
export class WhipEndpoint<Asker = undefined> {
  readonly #options: WhipEndpointOptions<Asker>;
  readonly #randomId: (bytes: number) => string;
  readonly #links: readonly string[];
  readonly #places: Places;
  readonly #sessions = new Map<string, WhipSession>();
  readonly #release = new Map<string, () => void>();
  /** Offers that are not answered yet. */
  readonly #beginning = new Set<AbortController>();
  #closing = false;

  constructor(options: WhipEndpointOptions<Asker>) {
    this.#options = options;
    this.#randomId = options.randomId ?? ((bytes) => randomBytes(bytes).toString('base64url'));
    this.#links = iceServerLinks(options.iceServers ?? []);
    this.#places = new Places({ ...DEFAULT_LIMITS, ...options.limits });
  }

  /** Sessions, and those that are about to be. */
  get size(): number {
    return this.#places.taken;
  }

  /**
   * Serves one request. What the handler refuses with a WhipError, and what is wrong with the request, becomes an answer.
   * @throws whatever else the handler throws
   */
  async handle(request: WhipRequest<Asker>): Promise<WhipResponse> {
    try {
      const response = await this.#serve(request);
      return { ...response, headers: { ...CORS_HEADERS, ...response.headers } };
    } catch (error) {
      if (!(error instanceof WhipError)) throw error;
      return { status: error.status, headers: { ...CORS_HEADERS, ...error.headers, 'Content-Type': 'application/json' }, body: JSON.stringify(error) };
    }
  }

  /** Ends every session, and begins none any more. Resolves when the handler has ended all of them. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const begun of this.#beginning) begun.abort(stopping());
    const sessions = [...this.#sessions.values()];
    await Promise.all(sessions.map((session) => this.#end(session)));
  }

  async #serve(request: WhipRequest<Asker>): Promise<WhipResponse> {
    const { resource, id, query } = this.#target(request.url);
    if (id !== undefined) return this.#serveSession(request, resource, id);
    switch (request.method) {
      case 'POST':
        return this.#begin(request, resource, query);
      case 'GET':
      case 'HEAD':
        return nothing({ 'Accept-Post': SDP_TYPE });
      case 'OPTIONS':
        return nothing({ ...allow(ENDPOINT_METHODS), ...preflightHeaders(ENDPOINT_METHODS), 'Accept-Post': SDP_TYPE });
      default:
        throw notAllowed(request, ENDPOINT_METHODS);
    }
  }

  async #serveSession(request: WhipRequest<Asker>, resource: string, id: string): Promise<WhipResponse> {
    // Asked by browsers before they ask anything else, and told to anybody.
    if (request.method === 'OPTIONS') return nothing({ ...allow(SESSION_METHODS), ...preflightHeaders(SESSION_METHODS), 'Accept-Patch': FRAGMENT_TYPE });
    const session = this.#sessions.get(id);
    if (session?.resource !== resource) throw unknownSession();
    switch (request.method) {
      case 'PATCH':
        return this.#change(request, session);
      case 'DELETE':
        void this.#end(session);
        return { status: 200, headers: {} };
      case 'GET':
      case 'HEAD':
        return nothing({ 'Accept-Patch': FRAGMENT_TYPE });
      default:
        throw notAllowed(request, SESSION_METHODS);
    }
  }

  async #begin(request: WhipRequest<Asker>, resource: string, query: URLSearchParams): Promise<WhipResponse> {
    if (this.#closing) throw stopping();
    const sdp = bodyOf(request, SDP_TYPE, { 'Accept-Post': SDP_TYPE });
    if (sdp.trim() === '') throw refusal(400, 'bad-offer', 'The offer is missing.');
    const release = this.#places.take(request.address);
    const begun = new AbortController();
    const { signal } = begun;
    const giveUp = () => begun.abort(request.signal?.reason);
    if (request.signal?.aborted === true) giveUp();
    request.signal?.addEventListener('abort', giveUp, { once: true });
    this.#beginning.add(begun);
    try {
      signal.throwIfAborted();
      const media = await this.#options.begin({ resource, sdp, query, asker: request.asker, signal });
      if (signal.aborted) void endMedia(media);
      signal.throwIfAborted();
      return this.#created(this.#keep(resource, sdp, media, release), media);
    } catch (error) {
      release();
      throw error;
    } finally {
      this.#beginning.delete(begun);
      request.signal?.removeEventListener('abort', giveUp);
    }
  }

  #keep(resource: string, offer: string, media: WhipMedia, release: () => void): WhipSession {
    const random = this.#randomId(ID_BYTES);
    const session = new WhipSession(this.#options.sessionId?.(random) ?? random, { resource, offer, media, newTag: () => this.#randomId(TAG_BYTES) });
    this.#sessions.set(session.id, session);
    this.#release.set(session.id, release);
    media.onEnded?.(() => this.#forget(session));
    return session;
  }

  #created(session: WhipSession, { answer }: WhipMedia): WhipResponse {
    return {
      status: 201,
      headers: {
        'Content-Type': SDP_TYPE,
        'Location': `${this.#options.base}/${encodeURIComponent(session.resource)}/${session.id}`,
        'ETag': entityTag(session.tag),
        'Accept-Patch': FRAGMENT_TYPE,
        ...(this.#links.length === 0 ? {} : { Link: this.#links }),
      },
      body: answer,
      undelivered: () => void this.#end(session),
    };
  }

  async #change(request: WhipRequest<Asker>, session: WhipSession): Promise<WhipResponse> {
    if (!session.changeable) throw notAllowed(request, SESSION_METHODS.filter((method) => method !== 'PATCH'));
    const text = bodyOf(request, FRAGMENT_TYPE, { 'Accept-Patch': FRAGMENT_TYPE });
    const { restarted, tag } = await session.change(headerOf(request, 'if-match'), text);
    if (restarted === undefined) return nothing({});
    return { status: 200, headers: { 'Content-Type': FRAGMENT_TYPE, 'ETag': entityTag(tag) }, body: formatFragment(restarted) };
  }

  async #end(session: WhipSession): Promise<void> {
    if (session.over) return;
    this.#forget(session);
    await endMedia(session.media);
  }

  #forget(session: WhipSession): void {
    session.finish();
    this.#sessions.delete(session.id);
    this.#release.get(session.id)?.();
    this.#release.delete(session.id);
  }

  #target(url: string): { resource: string; id: string | undefined; query: URLSearchParams } {
    const [path = '', search = ''] = url.split('?', 2);
    const { base } = this.#options;
    const [encoded = '', id, ...others] = path.startsWith(`${base}/`) ? path.slice(base.length + 1).replace(/\/$/, '').split('/') : [];
    const resource = decoded(encoded);
    if (resource === undefined || resource === '' || others.length > 0) throw refusal(404, 'unknown-route', `There is nothing at ${path}.`);
    return { resource, id, query: new URLSearchParams(search) };
  }
}

async function endMedia(media: WhipMedia): Promise<void> {
  try {
    await media.end();
  } catch {
    // Whoever ends what is over already has what he wants.
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function headerOf({ headers }: Pick<WhipRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}

/** @throws WhipError 415 for a body of another type */
function bodyOf(request: Pick<WhipRequest, 'headers' | 'body'>, type: string, accepted: Record<string, string>): string {
  const given = (headerOf(request, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (given !== type) throw refusal(415, 'unsupported-type', `Send "Content-Type: ${type}".`, accepted);
  return request.body ?? '';
}

function nothing(headers: Record<string, string>): WhipResponse {
  return { status: 204, headers };
}

function allow(methods: readonly string[]): Record<string, string> {
  return { Allow: methods.join(', ') };
}

function notAllowed({ method, url }: Pick<WhipRequest, 'method' | 'url'>, methods: readonly string[]): WhipError {
  return refusal(405, 'method-not-allowed', `${url.split('?', 1)[0] ?? ''} takes ${methods.join(', ')}, not ${method}.`, allow(methods));
}

function stopping(): WhipError {
  return refusal(503, 'stopping', 'This server is stopping.', { 'Retry-After': '10' });
}
