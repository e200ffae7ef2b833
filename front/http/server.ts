/** The HTTP or HTTPS server under the app: how long clients may take, and an end that is bounded. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsMaterial } from '../tls/tls-source.ts';

/** A client that needs longer for its headers, or for headers and body, is answered 408 and cut off, ms. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;

/** How often connections are looked over for the two limits above, ms. */
const CONNECTION_CHECK_MS = 2_000;

/**
 * How long a connection without a request is kept, ms: longer than clients and reverse proxies keep theirs, so that it is
 * they who close it and no request meets a connection that is just being closed.
 */
const KEEP_ALIVE_MS = 75_000;

const MAX_CONNECTIONS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** How long answers under way may take once the server stops, ms. */
const CLOSE_GRACE_MS = 500;

/** A client that needs longer until its connection is encrypted is cut off, ms. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Shorter limits than this module's, for tests. */
export interface Timeouts {
  headersMs?: number;
  requestMs?: number;
  checkMs?: number;
}

export function createHttpServer(listener: RequestListener, timeouts: Timeouts = {}): Server {
  return bounded(createServer(limits(timeouts), listener));
}

/** The same over TLS (RFC 9110 §4.2.2), HTTP/1.1 as before, for WebSockets begin in that. */
export function createHttpsServer(listener: RequestListener, { cert, key }: TlsMaterial, timeouts: Timeouts = {}): TlsServer {
  const server = bounded(createTlsServer({ ...limits(timeouts), cert, key, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, listener));
  const sockets = new Set<Duplex>();
  // Those whose handshake is not over are known to nobody else, and a server that closes would wait for them.
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  underTls.set(server, sockets);
  return server;
}

const underTls = new WeakMap<Server, Set<Duplex>>();

function limits({ headersMs, requestMs, checkMs }: Timeouts) {
  return {
    headersTimeout: headersMs ?? HEADERS_TIMEOUT_MS,
    requestTimeout: requestMs ?? REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: checkMs ?? CONNECTION_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
}

function bounded<Kind extends Server>(server: Kind): Kind {
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** Begins to listen; resolves with the base URL, `http://127.0.0.1:8000`. Rejects with Node's error (EADDRINUSE …). */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port: bound } = server.address() as AddressInfo;
  return `${server instanceof TlsServer ? 'https' : 'http'}://${isIPv6(address) ? `[${address}]` : address}:${bound}`;
}

/** Takes no more connections, lets answers under way finish for a moment, then cuts off what is left. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of underTls.get(server) ?? []) socket.destroy();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
