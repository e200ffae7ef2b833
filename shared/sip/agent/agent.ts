/** The face of the stack: a user agent (RFC 3261 §8) that sends requests, handles incoming ones, makes calls and takes them. */

import type { DialogEnvironment, SendOptions } from '../dialog/environment.ts';
import type { DigestClientOptions } from '../digest/client.ts';
import type { IncomingRequest, RequestHandler } from '../dialog/incoming-request.ts';
import { requestAddress } from '../dialog/next-hop.ts';
import { DEFAULT_SESSION_SECONDS, LEAST_MIN_SE_SECONDS, supportsTimer, TIMER_OPTION, type SessionTimerPolicy } from '../dialog/session-timer.ts';
import type { Servers } from '../locating/servers.ts';
import { formatHostPort } from '../message/host.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { Notifier, type NotifierOptions } from '../subscription/notifier.ts';
import { eventPackage } from '../subscription/subscription-state.ts';
import { Subscription } from '../subscription/subscription.ts';
import type { Clock } from '../timing/clock.ts';
import type { RandomSource } from '../timing/random.ts';
import type { Timers } from '../timing/timers.ts';
import { TransactionLayer, type TransactionLimits } from '../transaction/layer.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import type { Address, Transport } from '../transport/transport.ts';
import { Authorizer } from './authorizer.ts';
import { sendRequest } from './client-request.ts';
import { createRequest, type RequestOptions } from './create-request.ts';
import { AgentClosedError } from './errors.ts';
import { OutgoingCall } from './outgoing-call.ts';
import { Pinger } from './ping.ts';
import { UserAgentServer, type CallHandler, type HandlerOptions } from './user-agent-server.ts';

/** How long close() waits for the answers to its BYEs. */
const DEFAULT_CLOSE_LIMIT_MS = 2000;

export interface AgentLog {
  warn(fields: object, message: string): void;
}

export interface AgentOptions {
  /** A socket of the agent's own; or, in its place, `layer`. */
  readonly transport?: Transport;
  /**
   * A transaction layer that the agent shares, with a proxy say. Whoever made it hands requests and ACKs on by `receive`
   * and `receiveAck`, and closes it.
   */
  readonly layer?: TransactionLayer;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly random?: RandomSource;
  readonly limits?: Partial<TransactionLimits>;
  /** What Via and Contact say of us, where the socket's own address is none that others can use. */
  readonly sentBy?: Address;
  /** User-Agent and Server, such as `sipcast-front/0.1`. */
  readonly product?: string;
  /** Server in answers to OPTIONS alone, where every byte of the others counts. */
  readonly software?: string;
  /** URI of our Contact: `sip:` and our address unless told otherwise. */
  readonly contact?: string;
  /** For 401 and 407. */
  readonly credentials?: DigestClientOptions;
  /** Option tags that we understand, beside those that the agent itself does. */
  readonly supported?: readonly string[];
  /**
   * Session timers (RFC 4028): the interval that our calls ask for, and the shortest that we bear, seconds. 1800 and 90 unless told
   * otherwise; false for sessions without end.
   */
  readonly sessionTimers?: Partial<SessionTimerPolicy> | false;
  /** Servers of which each can take what is for the others; the agent asks them whether they are there, and closes them when it is closed. */
  readonly servers?: Servers | undefined;
  readonly log?: AgentLog;
}

export interface RequestSendOptions {
  /** Where to send instead of to the topmost Route or the Request-URI: an outbound proxy. */
  readonly nextHop?: Address;
  readonly signal?: AbortSignal;
}

export interface InviteOptions {
  readonly nextHop?: Address;
  /** How long the call may ring, ms; three minutes unless told otherwise. */
  readonly ringLimitMs?: number;
}

export class Agent {
  readonly layer: TransactionLayer;
  readonly servers: Servers | undefined;
  readonly #pinger: Pinger | undefined;
  readonly #ownsLayer: boolean;
  readonly #server: UserAgentServer;
  readonly #environment: DialogEnvironment;
  readonly #authorizer: Authorizer;
  readonly #outgoing = new Set<OutgoingCall>();
  readonly #notifiers = new Map<string, Notifier>();
  #closed: Promise<void> | undefined;

  /** @throws TypeError with neither transport nor layer */
  constructor(options: AgentOptions) {
    this.#ownsLayer = options.layer === undefined;
    this.layer = options.layer ?? new TransactionLayer({ ...options, transport: required(options.transport) });
    this.servers = options.servers;
    const { layer, servers } = this;
    const sessionTimers = sessionPolicy(options.sessionTimers);
    const supported = [...(options.supported ?? []), ...(sessionTimers ? [TIMER_OPTION] : [])];
    this.#server = new UserAgentServer(() => this.#environment, layer, new Set(supported), options.product === undefined ? options.software : undefined);
    this.#authorizer = new Authorizer(options.credentials && { random: layer.random, ...options.credentials });
    const authorizer = this.#authorizer;
    const server = this.#server;
    this.#environment = {
      layer,
      servers,
      contact: `<${options.contact ?? `sip:${formatHostPort(layer.sentBy.host, layer.sentBy.port)}`}>`,
      get allow() {
        return server.allow;
      },
      sessionTimers,
      requestHeaders: options.product === undefined ? [] : [['User-Agent', options.product]],
      responseHeaders: options.product === undefined ? [] : [['Server', options.product]],
      authorize: (request, response, nextSequence) => authorizer.retry(request, response, nextSequence),
      send: (request, sendOptions) => this.#send(request, sendOptions),
      remember: (id, usage) => server.remember(id, usage),
      forget: (id) => server.forget(id),
      fallback: (incoming) => server.fallback(incoming),
      run: (incoming, handler) => server.run(incoming, handler),
      report: (error, message, callId) => options.log?.warn({ err: error, callId }, message),
    };
    if (this.#ownsLayer) {
      layer.onRequest((transaction) => this.receive(transaction));
      layer.onAck((ack) => void this.receiveAck(ack));
    }
    this.#pinger = servers && this.#watch(servers);
  }

  /** Where it listens. */
  get local(): Address {
    return this.layer.transport.local;
  }

  /** A request with everything but its Via; From gets a tag, and what makes a dialog a Contact. */
  createRequest(method: string, uri: string, options: RequestOptions): SipRequest {
    return createRequest({ ...this.#environment, random: this.layer.random }, method, uri, options);
  }

  /**
   * Sends anything but INVITE. Every final response resolves; 401 and 407 are answered once with the credentials.
   * @throws TransactionTimeoutError after 64·T1, TransportError, RequestAbortedError, AgentClosedError, SipSyntaxError for a URI that says no address
   */
  async request(request: SipRequest, options: RequestSendOptions = {}): Promise<SipResponse> {
    if (this.#closed) throw new AgentClosedError(`${request.method} ${request.uri} was not sent`);
    this.#authorizer.prepare(request);
    return this.#send(request, options);
  }

  /** Calls someone; see OutgoingCall. @throws AgentClosedError, SipSyntaxError for a URI that says no address */
  invite(request: SipRequest, options: InviteOptions = {}): OutgoingCall {
    if (this.#closed) throw new AgentClosedError(`INVITE ${request.uri} was not sent`);
    this.#authorizer.prepare(request);
    this.#askForSessionTimer(request);
    const call = new OutgoingCall(this.#environment, request, { nextHop: options.nextHop ?? requestAddress(request), ringLimitMs: options.ringLimitMs });
    this.#outgoing.add(call);
    const forget = (): void => void this.#outgoing.delete(call);
    call.answered.then(forget, forget);
    return call;
  }

  /** Subscribes to an event (RFC 6665); see Subscription. The request brings Event and, if it likes, Expires and Accept. */
  subscribe(request: SipRequest, options: { readonly nextHop?: Address } = {}): Subscription {
    if (this.#closed) throw new AgentClosedError(`SUBSCRIBE ${request.uri} was not sent`);
    this.#authorizer.prepare(request);
    return new Subscription(this.#environment, request, options.nextHop);
  }

  /** Takes subscriptions to an event package; others are refused with 489. */
  notifier(options: NotifierOptions): Notifier {
    const notifier = new Notifier(this.#environment, options);
    this.#notifiers.set(notifier.event, notifier);
    this.handle('SUBSCRIBE', (incoming) => this.#subscribed(incoming));
    return notifier;
  }

  /** Handles requests of this method outside dialogs, and inside those that have no handler of their own. Not for INVITE: see onCall. */
  handle(method: string, handler: RequestHandler, options: HandlerOptions = {}): void {
    this.#server.handle(method, handler, options);
  }

  /** Takes calls. */
  onCall(handler: CallHandler, options: HandlerOptions = {}): void {
    this.#server.onCall(handler, options);
  }

  /** A response that matches no transaction, such as a 403 from a registrar that was restarted. */
  onStrayResponse(listener: (response: SipResponse, source: Address) => void): void {
    this.layer.onStrayResponse(listener);
  }

  /** For who shares the layer: a request that is for this agent. */
  receive(transaction: ServerTransaction): void {
    this.#server.receive(transaction);
  }

  /** For who shares the layer. @returns whether the ACK belonged to a dialog of this agent */
  receiveAck(ack: SipRequest): boolean {
    return this.#server.receiveAck(ack);
  }

  /** Says BYE, cancels and refuses what is under way, waits for the answers at most `limitMs`, and closes its socket. */
  close(limitMs: number = DEFAULT_CLOSE_LIMIT_MS): Promise<void> {
    return (this.#closed ??= this.#close(limitMs));
  }

  async #send(request: SipRequest, options: SendOptions = {}): Promise<SipResponse> {
    return sendRequest(this.#environment, request, options);
  }

  #watch(servers: Servers): Pinger {
    const { layer } = this;
    const pinger = new Pinger({ layer, servers, createRequest: (...about) => this.createRequest(...about) });
    layer.transport.onDatagram((_datagram, from) => servers.hears(from));
    servers.start((server) => pinger.ask(server));
    return pinger;
  }

  #askForSessionTimer(request: SipRequest): void {
    const { headers } = request;
    const { sessionTimers } = this.#environment;
    if (!sessionTimers || headers.has('Session-Expires')) return;
    if (!supportsTimer(request)) headers.append('Supported', TIMER_OPTION);
    headers.append('Session-Expires', String(sessionTimers.expires));
  }

  #subscribed(incoming: IncomingRequest): void | Promise<void> {
    const notifier = this.#notifiers.get(eventPackage(incoming.request.headers.get('Event')));
    if (notifier) return notifier.subscribe(incoming);
    incoming.reply(489, { headers: { 'Allow-Events': [...this.#notifiers.keys()].join(', ') } });
  }

  async #close(limitMs: number): Promise<void> {
    this.#server.closing = true;
    for (const call of this.#server.ringing) call.reject(503);
    for (const call of this.#outgoing) call.cancel();
    const ends: Promise<unknown>[] = [...this.#server.usages].map((usage) => usage.close());
    for (const call of this.#outgoing) ends.push(call.answered.catch(() => undefined));
    let stopWaiting: () => void = () => undefined;
    const limit = new Promise<void>((resolve) => (stopWaiting = this.layer.clock.setTimeout(resolve, limitMs)));
    await Promise.race([Promise.all(ends), limit]);
    stopWaiting();
    this.servers?.close();
    this.#pinger?.close();
    if (this.#ownsLayer) await this.layer.close();
  }
}

function sessionPolicy(given: Partial<SessionTimerPolicy> | false = {}): SessionTimerPolicy | undefined {
  return given === false ? undefined : { expires: DEFAULT_SESSION_SECONDS, minSe: LEAST_MIN_SE_SECONDS, ...given };
}

function required(transport: Transport | undefined): Transport {
  if (!transport) throw new TypeError('An Agent needs a transport or a layer');
  return transport;
}
