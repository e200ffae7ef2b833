/**
 * The transaction layer (RFC 3261 §17, with the transport rules of §18.1 and §18.2): one socket, every transaction on it, each
 * found by one look-up.
 */

import { SipRequest, type SipResponse } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import { formatHostPort } from '../message/host.ts';
import { BRANCH_COOKIE, type Via } from '../message/via.ts';
import { MalformedMessageError } from '../parser/malformed-message-error.ts';
import { isKeepAlive, parseMessage } from '../parser/parser.ts';
import { validate } from '../parser/validate.ts';
import { serialize } from '../serializer/serializer.ts';
import { systemClock, type Clock } from '../timing/clock.ts';
import { systemRandom, type RandomSource } from '../timing/random.ts';
import { RFC3261_TIMERS, type Timers } from '../timing/timers.ts';
import { TimerWheel } from '../timing/wheel.ts';
import type { Address, Transport, TransportError } from '../transport/transport.ts';
import { ClientTransaction, type ClientTransactionUser } from './client.ts';
import type { TransactionEnvironment } from './environment.ts';
import { TooManyTransactionsError } from './errors.ts';
import { clientKey, serverKey } from './matching.ts';
import { createResponse, responseAddress, stampVia, type ResponseOptions } from './responses.ts';
import { ServerMachine, ServerTransaction } from './server.ts';
import { newTransactionStats, type TransactionStats } from './stats.ts';

/** 64 bits for a branch, 40 for a tag, of which RFC 3261 §19.3 wants 32; short, since INVITE and offer are to share one datagram. */
const BRANCH_TOKEN_BYTES = 8;
const TAG_BYTES = 5;
const DEFAULT_MAX_TRANSACTIONS = 200_000;
const DEFAULT_RETRY_AFTER_SECONDS = 5;

export interface TransactionLimits {
  /** Server transactions, and as many client transactions again, that may exist at a time. */
  readonly maxTransactions: number;
  /** What the 503 beyond that says. */
  readonly retryAfterSeconds: number;
}

export interface TransactionLayerOptions {
  readonly transport: Transport;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly random?: RandomSource;
  readonly limits?: Partial<TransactionLimits>;
  /** What Via says of us, where the socket's own address is none that others can use (0.0.0.0). */
  readonly sentBy?: Address;
  /**
   * Whether a new request from there is let in; ACK is not asked about. One that is not is answered without any state: with 503, or as
   * the answer says, so that challenging strangers (RFC 3261 §26.3.2.4) costs no memory and repeats nothing to a forged source.
   */
  readonly admit?: (source: Address, request: SipRequest) => boolean | StatelessAnswer;
}

/** A final response without a transaction; it gets a To tag that is the same each time. */
export interface StatelessAnswer extends Omit<ResponseOptions, 'toTag'> {
  readonly status: number;
}

export interface SendOptions {
  /** A branch of the caller's own: a proxy's carries its loop detection, a CANCEL's is that of its INVITE. */
  readonly branch?: string;
}

export class TransactionLayer {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly wheel: TimerWheel;
  readonly sentBy: Address;
  readonly stats: TransactionStats = newTransactionStats();
  readonly #limits: TransactionLimits;
  readonly #admit: TransactionLayerOptions['admit'];
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerMachine>();
  readonly #clientEnvironment: TransactionEnvironment<ClientTransaction>;
  readonly #serverEnvironment: TransactionEnvironment<ServerMachine>;
  readonly #viaStart: string;
  readonly #statelessTag: string;
  #onRequest: (transaction: ServerTransaction) => void = () => undefined;
  #onAck: (ack: SipRequest, source: Address) => void = () => undefined;
  #onStrayResponse: (response: SipResponse, source: Address) => void = () => undefined;
  #closed = false;

  constructor(options: TransactionLayerOptions) {
    this.transport = options.transport;
    this.clock = options.clock ?? systemClock;
    this.timers = options.timers ?? RFC3261_TIMERS;
    this.random = options.random ?? systemRandom;
    this.wheel = new TimerWheel(this.clock);
    this.sentBy = options.sentBy ?? options.transport.local;
    this.#limits = { maxTransactions: DEFAULT_MAX_TRANSACTIONS, retryAfterSeconds: DEFAULT_RETRY_AFTER_SECONDS, ...options.limits };
    this.#admit = options.admit;
    this.#viaStart = `SIP/2.0/UDP ${formatHostPort(this.sentBy.host, this.sentBy.port)};branch=`;
    this.#statelessTag = this.newTag();
    const shared = {
      timers: this.timers,
      wheel: this.wheel,
      stats: this.stats,
      transmit: (datagram: Buffer, to: Address) => this.transport.send(datagram, to),
    };
    this.#clientEnvironment = { ...shared, forget: (transaction) => void this.#clients.delete(transaction.key) };
    this.#serverEnvironment = { ...shared, forget: (machine) => void this.#servers.delete(machine.key) };
    this.transport.onDatagram((datagram, from) => this.#receive(datagram, from));
    this.transport.onError((error) => this.#transportFailed(error));
  }

  /** Every new request but ACK, also a CANCEL that matches nothing. One listener: the last one set. */
  onRequest(listener: (transaction: ServerTransaction) => void): void {
    this.#onRequest = listener;
  }

  /** An ACK that matches no transaction of ours: one for a 2xx that a proxy or the agent's dialog is to have. */
  onAck(listener: (ack: SipRequest, source: Address) => void): void {
    this.#onAck = listener;
  }

  /** A response that matches no transaction, or that contradicts the answer of one that only lingers. */
  onStrayResponse(listener: (response: SipResponse, source: Address) => void): void {
    this.#onStrayResponse = listener;
  }

  get clientTransactions(): number {
    return this.#clients.size;
  }

  get serverTransactions(): number {
    return this.#servers.size;
  }

  /** A new branch; `suffix` may follow it. */
  newBranch(suffix = ''): string {
    return BRANCH_COOKIE + this.random.token(BRANCH_TOKEN_BYTES) + suffix;
  }

  newTag(): string {
    return this.random.token(TAG_BYTES);
  }

  /**
   * Puts our Via on top of `request` and sends it in a client transaction; the user hears nothing before this returns.
   * @throws TooManyTransactionsError
   */
  send(request: SipRequest, to: Address, user: ClientTransactionUser, options: SendOptions = {}): ClientTransaction {
    if (this.#clients.size >= this.#limits.maxTransactions) {
      throw new TooManyTransactionsError(`${request.method} ${request.uri} not sent: ${this.#clients.size} transactions are open already (Call-ID ${request.callId})`);
    }
    const branch = options.branch ?? this.newBranch();
    request.headers.prepend('Via', `${this.#viaStart}${branch};rport`);
    const transaction = new ClientTransaction(this.#clientEnvironment, clientKey(branch, request.method), branch, request, to, user);
    this.#clients.set(transaction.key, transaction);
    this.stats.requestsSent++;
    this.stats.sent.request(request.method);
    transaction.start();
    return transaction;
  }

  /** Puts our Via on top and sends without a transaction: an ACK to a 2xx (RFC 3261 §13.2.2.4), or what a proxy relays statelessly. */
  sendStateless(request: SipRequest, to: Address, branch: string = this.newBranch()): Buffer {
    request.headers.prepend('Via', `${this.#viaStart}${branch};rport`);
    const datagram = serialize(request);
    this.stats.requestsSent++;
    this.stats.sent.request(request.method);
    this.transport.send(datagram, to);
    return datagram;
  }

  /** Sends an ACK once more, byte for byte. */
  resend(datagram: Buffer, to: Address): void {
    this.stats.retransmissionsSent++;
    this.transport.send(datagram, to);
  }

  /** Sends a response where its topmost Via says, without a transaction (§16.11, and a 403 of an earlier life). */
  sendResponse(response: SipResponse): void {
    this.stats.responsesSent++;
    this.stats.sent.response(response.cseq.method, response.status);
    this.transport.send(serialize(response), responseAddress(response.topVia));
  }

  /** Whether `via` is one that this layer wrote. */
  isOurs(via: Via): boolean {
    return via.host === this.sentBy.host && (via.port ?? 5060) === this.sentBy.port;
  }

  /** Forgets every transaction without a word and closes the socket. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const transaction of [...this.#clients.values()]) transaction.abandon();
    for (const machine of [...this.#servers.values()]) machine.abandon();
    this.wheel.clear();
    await this.transport.close();
  }

  #receive(datagram: Buffer, from: Address): void {
    if (this.#closed || isKeepAlive(datagram)) return;
    let message: SipRequest | SipResponse | undefined;
    try {
      message = parseMessage(datagram);
      validate(message);
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      this.stats.malformed++;
      this.#refuseMalformed(error, error instanceof MalformedMessageError ? error.partial : message, from);
      return;
    }
    try {
      if (message instanceof SipRequest) this.#receiveRequest(message, from);
      else this.#receiveResponse(message, from);
    } catch (error) {
      // A header that only its reader looked at, and that nobody answers: an ACK's, a response's.
      if (!(error instanceof SipSyntaxError)) throw error;
      this.stats.malformed++;
    }
  }

  #receiveResponse(response: SipResponse, from: Address): void {
    this.stats.responsesReceived++;
    const { branch } = response.topVia;
    const { method } = response.cseq;
    this.stats.received.response(method, response.status);
    const transaction = branch === undefined ? undefined : this.#clients.get(clientKey(branch, method));
    if (transaction?.method === method && transaction.receive(response)) return;
    this.stats.stray++;
    this.#onStrayResponse(response, from);
  }

  #receiveRequest(request: SipRequest, from: Address): void {
    this.stats.requestsReceived++;
    const key = serverKey(request);
    const machine = this.#servers.get(key);
    if (machine) {
      this.stats.retransmissionsReceived++;
      machine.handle(request.method === 'ACK' ? 'ack' : 'request', request);
      return;
    }
    this.stats.received.request(request.method);
    const inviteKey = request.method === 'CANCEL' ? serverKey(request, 'INVITE') : undefined;
    const via = stampVia(request, from);
    if (request.method === 'ACK') {
      // What we refused statelessly needs no acknowledgement.
      if (request.to.tag !== this.#statelessTag) this.#onAck(request, from);
      return;
    }
    const admitted = this.#servers.size < this.#limits.maxTransactions && (this.#admit?.(from, request) ?? true);
    if (admitted !== true) { this.#refuse(request, via, admitted); return; }
    const created = new ServerMachine(this.#serverEnvironment, key, request, responseAddress(via));
    this.#servers.set(key, created);
    const transaction = new ServerTransaction(created, request, from);
    const invite = inviteKey === undefined ? undefined : this.#servers.get(inviteKey);
    if (invite) this.#cancel(transaction, invite);
    else this.#handOver(transaction);
  }

  /** A header that only its reader looks at may be malformed too. */
  #handOver(transaction: ServerTransaction): void {
    try {
      this.#onRequest(transaction);
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      this.stats.malformed++;
      transaction.respond(createResponse(transaction.request, error.status, { ...explained(error), toTag: this.newTag() }));
    }
  }

  /** RFC 3261 §9.2: a CANCEL that matches is answered at once, whatever comes of the INVITE. */
  #cancel(cancel: ServerTransaction, invite: ServerMachine): void {
    cancel.respond(createResponse(cancel.request, 200, { toTag: invite.sentTag ?? this.newTag() }));
    if (invite.state === 'proceeding') invite.user?.onCancel?.(cancel.request);
  }

  #refuse(request: SipRequest, via: Via, answer: false | StatelessAnswer): void {
    this.stats.refused++;
    if (answer === false) this.#answerStatelessly(request, via, 503, { headers: [['Retry-After', String(this.#limits.retryAfterSeconds)]] });
    else this.#answerStatelessly(request, via, answer.status, answer);
  }

  /** Only a request that says where its answer goes gets one, and an ACK never does. */
  #refuseMalformed(error: SipSyntaxError, message: SipRequest | SipResponse | undefined, from: Address): void {
    if (!(message instanceof SipRequest) || message.method === 'ACK') return;
    let via: Via;
    try {
      via = stampVia(message, from);
    } catch {
      return;
    }
    this.#answerStatelessly(message, via, error.status, explained(error));
  }

  /** One tag for all such answers: a request that is repeated must get the same (RFC 3261 §8.2.7). */
  #answerStatelessly(request: SipRequest, via: Via, status: number, options: ResponseOptions): void {
    this.stats.responsesSent++;
    this.stats.sent.response(request.method, status);
    this.transport.send(serialize(createResponse(request, status, { ...options, toTag: this.#statelessTag })), responseAddress(via));
  }

  /** Told later, for a transport may find out inside `send`. */
  #transportFailed(error: TransportError): void {
    this.stats.transportErrors++;
    const { to } = error;
    if (to instanceof ClientTransaction || to instanceof ServerMachine) queueMicrotask(() => to.fail(error));
  }
}

/** RFC 3261 §21.4.1: the reason phrase says what is wrong. */
function explained({ status, header }: SipSyntaxError): ResponseOptions {
  return status === 400 && header !== undefined ? { reason: `Malformed or Missing ${header}` } : {};
}
