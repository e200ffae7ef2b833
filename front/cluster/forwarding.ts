/** Passes requests on to the front that they belong to, and its answers back. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Fronts } from './fronts.ts';
import { SEAL_HEADER } from './seal.ts';
import type { PassedOn, Seals } from './seal.ts';
import type { FrontEntry } from './shared-state.ts';

/** A front that cannot be reached within this time is not reached at all, ms. */
const CONNECT_LIMIT_MS = 1_000;

/** Connections to one front, and those of them that are kept for the next request. */
const MAX_CONNECTIONS = 512;
const MAX_IDLE_CONNECTIONS = 32;

/** Those of one connection alone (RFC 9110 §7.6.1). */
const OF_ONE_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Of requests: what was read already, or is said anew. */
const NOT_PASSED_ON = new Set(['content-length', 'content-encoding', 'expect', 'forwarded', SEAL_HEADER]);

/** A request of a client, as far as the next front needs it. */
export interface Outgoing {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly client: Pick<PassedOn, 'ip' | 'secure'>;
}

/** Nobody listens at the front's address: it has ended. */
export class FrontGone extends Error {
  override readonly name = 'FrontGone';
}

/** The front did not answer, for whatever other reason. */
export class FrontUnreachable extends Error {
  override readonly name = 'FrontUnreachable';
}

const NOBODY_LISTENS = 'ECONNREFUSED';
const RESET = 'ECONNRESET';

interface Attempt {
  /** Until the answer's headers, ms. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Whether a connection of before may be used. */
  readonly kept: boolean;
}

export interface ForwardingOptions {
  readonly fronts: Pick<Fronts, 'id' | 'onGone'>;
  readonly seals: Seals;
  readonly clock: Clock;
}

export class Forwarding {
  readonly #options: ForwardingOptions;
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS, maxFreeSockets: MAX_IDLE_CONNECTIONS });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS, maxFreeSockets: MAX_IDLE_CONNECTIONS });

  constructor(options: ForwardingOptions) {
    this.#options = options;
  }

  /**
   * Sends a request with a body that was read already.
   * @param limitMs until the answer's headers
   * @returns the answer, whose body is still to be read
   * @throws FrontGone or FrontUnreachable, and the reason that `signal` is aborted with
   */
  async send(front: FrontEntry, outgoing: Outgoing, body: string | undefined, { limitMs, signal }: { limitMs: number; signal: AbortSignal }): Promise<IncomingMessage> {
    try {
      return await this.#attempt(front, outgoing, body, { limitMs, signal, kept: true });
    } catch (error) {
      // A connection that was kept had ended in the very moment, or the front has; on a new one it will be seen whether anybody is there.
      if (!(error instanceof ConnectionLost)) throw error;
      return this.#attempt(front, outgoing, body, { limitMs, signal, kept: false });
    }
  }

  /** Begins a request that is to become another protocol's connection; events tell what becomes of it. */
  upgrade(front: FrontEntry, outgoing: Outgoing): ClientRequest {
    const headers = { ...this.#headers(outgoing, {}), connection: 'Upgrade', upgrade: outgoing.headers.upgrade };
    return this.#limited(front, this.#open(front, outgoing, headers, false));
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #attempt(front: FrontEntry, outgoing: Outgoing, body: string | undefined, { limitMs, signal, kept }: Attempt): Promise<IncomingMessage> {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      const request = this.#limited(front, this.#open(front, outgoing, this.#headers(outgoing, length), kept));
      const cancel = this.#options.clock.setTimeout(() => request.destroy(new FrontUnreachable(`the front at ${front.address} owes an answer for ${limitMs} ms`)), limitMs);
      const abort = (): void => void request.destroy(reasonOf(signal));
      signal.addEventListener('abort', abort, { once: true });
      request.once('response', (answer) => {
        cancel();
        resolve(answer);
      });
      request.once('error', (error) => {
        cancel();
        reject(signal.aborted ? reasonOf(signal) : asFault(error, front));
      });
      request.once('close', () => signal.removeEventListener('abort', abort));
      request.end(body);
    });
  }

  #open({ address }: FrontEntry, { method, url }: Outgoing, headers: OutgoingHttpHeaders, kept: boolean): ClientRequest {
    const { protocol, hostname, port } = new URL(address);
    const options = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port, method, path: url, headers, setHost: false };
    return protocol === 'https:' ? httpsRequest({ ...options, agent: kept ? this.#https : false }) : httpRequest({ ...options, agent: kept ? this.#http : false });
  }

  /** Nothing is awaited of a front that is gone, nor a connection for long. */
  #limited({ id, address }: FrontEntry, request: ClientRequest): ClientRequest {
    const stopListening = this.#options.fronts.onGone((gone) => {
      if (gone === id) request.destroy(new FrontGone(`the front at ${address} gives no sign of life`));
    });
    request.once('close', stopListening);
    const cancel = this.#options.clock.setTimeout(() => request.destroy(new FrontUnreachable(`no connection within ${CONNECT_LIMIT_MS} ms`)), CONNECT_LIMIT_MS);
    request.once('close', cancel);
    request.once('socket', (socket) => {
      if (!socket.connecting) cancel();
      else socket.once('connect', cancel);
    });
    return request;
  }

  #headers({ method, url, headers, client }: Outgoing, more: OutgoingHttpHeaders): OutgoingHttpHeaders {
    return {
      ...Object.fromEntries(Object.entries(passable(headers)).filter(([name]) => !NOT_PASSED_ON.has(name))),
      ...more,
      'x-forwarded-for': client.ip,
      'x-forwarded-proto': client.secure ? 'https' : 'http',
      [SEAL_HEADER]: this.#options.seals.seal({ method, url }, { from: this.#options.fronts.id, ...client }),
    };
  }
}

/** Headers without those that are of one connection alone. */
export function passable(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_HOP.has(name) && !named.has(name)));
}

/** It may have been heard, or not. */
class ConnectionLost extends FrontUnreachable {}

/** What an error of a request to another front means. */
export function asFault(error: Error, { address }: FrontEntry): Error {
  if (error instanceof FrontUnreachable || error instanceof FrontGone) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === NOBODY_LISTENS) return new FrontGone(`nobody listens at ${address}`, { cause: error });
  const Fault = code === RESET ? ConnectionLost : FrontUnreachable;
  return new Fault(`the front at ${address} does not answer: ${error.message}`, { cause: error });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
