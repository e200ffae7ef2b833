/**
 * The one WebSocket of each page, `/ws`: lets in who proves a name by his cookie, tells every page what changes in the
 * directory, serves what it asks, and tells the viewers when a page has gone.
 */
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { ApiError } from '../api-error.ts';
import { stopping } from '../failures.ts';
import type { Directory } from '../directory/directory.ts';
import { listed } from '../directory/streamer.ts';
import { foreignOrigin, isSameOrigin } from '../http/same-origin.ts';
import type { Pages } from '../people/pages.ts';
import type { CookieSigner, NameProof } from '../viewers/cookie.ts';
import type { Viewer } from '../viewers/viewer.ts';
import type { Viewers } from '../viewers/viewers.ts';
import type { Watches } from '../watch/watches.ts';
import type { Desk } from './desk.ts';
import { CLOSE_GOING_AWAY, MAX_MESSAGE_BYTES, PageConnection } from './page-connection.ts';

const PATH = '/ws';

/** Completes the path of a request, of which only path and query matter. */
const ANY_ORIGIN = 'http://front.invalid';

/** Pages that one name may have open. */
const MAX_PAGES_PER_VIEWER = 8;

/** Pages that stay unclosed after this are cut off, ms. */
const CLOSE_LIMIT_MS = 1000;

export interface GatewayOptions {
  viewers: Viewers;
  signer: CookieSigner;
  directory: Directory;
  /** Where each page that is let in is entered. */
  pages: Pages;
  desk: Desk;
  /** What each viewer watches, by this front; told to pages where they may have begun at another. */
  watches?: Pick<Watches, 'streamerOf'> | undefined;
  clock: Clock;
  log: Logger;
}

/**
 * Serves a page's upgrade request at another front, where it is at home there; a cookie comes back for who is at home here now.
 * @param name that the page says it has
 */
export type Elsewhere = (request: IncomingMessage, name: string | undefined, socket: Duplex, head: Buffer) => Promise<{ readonly served: boolean; readonly cookie?: string | undefined }>;

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, clientTracking: false });
  readonly #connections = new Set<PageConnection>();
  /** Set-Cookie headers for those who are let in. */
  readonly #renewed = new WeakMap<IncomingMessage, string>();
  #closing = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server.on('headers', (headers, request) => {
      const cookie = this.#renewed.get(request);
      if (cookie !== undefined) headers.push(`Set-Cookie: ${cookie}`);
    });
    options.directory.onState(() => this.#broadcast(this.#signalingMessage()));
    options.directory.onStreamers(() => {
      const message = this.#streamersMessage();
      if (message !== undefined) this.#broadcast(message);
    });
  }

  /** Pages connected now. */
  get size(): number {
    return this.#connections.size;
  }

  /** Takes the upgrade requests of `server`. @param elsewhere where pages may be at home at other fronts */
  attach(server: Server, elsewhere?: Elsewhere): void {
    server.on('upgrade', (request, socket, head) => {
      // A client that resets while it is being refused is no fault of ours.
      socket.on('error', () => undefined);
      if (elsewhere === undefined) this.#upgrade(request, socket, head);
      else void this.#unlessElsewhere(elsewhere, request, socket, head);
    });
  }

  /** Closes every page's connection; resolves when all are closed or were cut off. */
  async close(): Promise<void> {
    this.#closing = true;
    const open = [...this.#connections];
    for (const connection of open) connection.close(CLOSE_GOING_AWAY, 'the server is stopping');
    if (open.length === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.setTimeout(() => {
        for (const connection of this.#connections) connection.terminate();
        resolve();
      }, CLOSE_LIMIT_MS);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  #onEmpty = (): void => undefined;

  async #unlessElsewhere(elsewhere: Elsewhere, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const url = urlOf(request);
      if (url?.pathname === PATH) {
        const { served, cookie } = await elsewhere(request, url.searchParams.get('name') ?? undefined, socket, head);
        if (served) return;
        if (cookie !== undefined) this.#renewed.set(request, cookie);
      }
      if (!socket.destroyed) this.#upgrade(request, socket, head);
    } catch (error) {
      refuse(socket, asApiError(error));
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    let viewer: Viewer;
    try {
      viewer = this.#admit(request);
    } catch (error) {
      refuse(socket, asApiError(error));
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const { viewers, pages, desk, clock, log } = this.#options;
      const connection = new PageConnection({
        socket: webSocket,
        viewer,
        clock,
        serve: (page, message) => void desk.serve(page, message),
        onClosed: () => {
          this.#connections.delete(connection);
          viewers.detach(viewer, connection);
          pages.delete(connection);
          if (this.#connections.size === 0) this.#onEmpty();
        },
      });
      this.#connections.add(connection);
      viewers.attach(viewer, connection);
      log.debug({ viewer: viewer.name }, 'a page has connected');
      connection.send(this.#signalingMessage());
      const { watches } = this.#options;
      if (watches !== undefined) connection.tell({ type: 'watching', streamer: watches.streamerOf(viewer) ?? null });
      const streamers = this.#streamersMessage();
      if (streamers !== undefined) connection.send(streamers);
      pages.add(connection);
    });
  }

  #admit(request: IncomingMessage): Viewer {
    const url = urlOf(request);
    if (url?.pathname !== PATH) throw new ApiError(404, 'unknown-route', `The only WebSocket here is ${PATH}.`);
    if (!isSameOrigin(request)) throw foreignOrigin();
    if (this.#closing) throw stopping();
    const proofs = this.#options.signer.read(request.headers.cookie);
    const viewer = this.#options.viewers.authenticate(wantedName(url, proofs), proofs);
    if (viewer.sockets.size >= MAX_PAGES_PER_VIEWER) {
      throw new ApiError(429, 'too-many-connections', 'This name has too many pages open: close some.');
    }
    return viewer;
  }

  #signalingMessage(): string {
    return JSON.stringify({ type: 'signaling', state: this.#options.directory.state });
  }

  #streamersMessage(): string | undefined {
    const { streamers } = this.#options.directory;
    return streamers && JSON.stringify({ type: 'streamers', streamers: listed(streamers) });
  }

  #broadcast(text: string): void {
    for (const connection of this.#connections) connection.send(text);
  }
}

function urlOf({ url = '' }: IncomingMessage): URL | undefined {
  return URL.canParse(url, ANY_ORIGIN) ? new URL(url, ANY_ORIGIN) : undefined;
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(500, 'internal-error', 'Something went wrong in this server.', { cause: error });
}

/** A browser with several names says which one (`/ws?name=…`); otherwise it is the one registered last. */
function wantedName(url: URL, proofs: readonly NameProof[]): string {
  return url.searchParams.get('name') ?? proofs.at(-1)?.name ?? '';
}

/** Answers an upgrade request with an error; browsers show scripts nothing of it, programs and people at the console do. */
function refuse(socket: Duplex, error: ApiError): void {
  const body = JSON.stringify(error);
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
