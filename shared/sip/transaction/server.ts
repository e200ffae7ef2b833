/** A server transaction (RFC 3261 §17.2): absorbs repeated requests and sends its user's responses. */

import type { SipRequest, SipResponse } from '../message/message.ts';
import { parseMessage } from '../parser/parser.ts';
import { serialize } from '../serializer/serializer.ts';
import { transactionLifetime } from '../timing/timers.ts';
import type { Address } from '../transport/transport.ts';
import type { TransactionEnvironment } from './environment.ts';
import { INVITE_SERVER } from './machines/invite-server.ts';
import { NON_INVITE_SERVER } from './machines/non-invite-server.ts';
import type { ServerAction, ServerEvent, ServerState, ServerTable } from './machines/server.ts';
import { transition } from './machines/table.ts';
import { createResponse } from './responses.ts';
import { TransactionTimer } from './timer.ts';

/** RFC 3261 §17.2.1: a user that takes longer to answer an INVITE has 100 Trying sent for it. */
const TRYING_AFTER_MS = 200;

/** The transaction user of RFC 3261 §17; every part may be left out. */
export interface ServerTransactionUser {
  /** The INVITE is cancelled and not finally answered yet; the CANCEL itself has its 200 already (§9.2). */
  onCancel?(cancel: SipRequest): void;
  /** An ACK for a 2xx, while the transaction lingers in Accepted. */
  onAck?(ack: SipRequest): void;
  /** No ACK for a failure within 64·T1, or no answer from the user itself. */
  onTimeout?(): void;
  onTransportError?(error: Error): void;
}

export interface Responder {
  readonly state: ServerState;
  respond(response: SipResponse): void;
}

/**
 * What the layer keeps for as long as the request may be repeated. Once it lingers it holds no more than one datagram;
 * the request belongs to the ServerTransaction, which lives as long as its user wants. It is its own destination address, so that
 * a transport's error about that address leads back to it.
 */
export class ServerMachine implements Address, Responder {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  user: ServerTransactionUser | undefined;
  readonly #environment: TransactionEnvironment<ServerMachine>;
  readonly #table: ServerTable;
  #state: ServerState;
  /** For 100 Trying; dropped as soon as the user has answered. */
  #request: SipRequest | undefined;
  #datagram: Buffer | undefined;
  readonly #retransmission: TransactionTimer<ServerEvent>;
  readonly #lifetime: TransactionTimer<ServerEvent>;

  constructor(environment: TransactionEnvironment<ServerMachine>, key: string, request: SipRequest, destination: Address) {
    this.#environment = environment;
    this.key = key;
    this.host = destination.host;
    this.port = destination.port;
    this.#request = request;
    this.#table = request.method === 'INVITE' ? INVITE_SERVER : NON_INVITE_SERVER;
    this.#state = this.#table.initial;
    const fired = (event: ServerEvent): void => this.handle(event);
    this.#retransmission = new TransactionTimer<ServerEvent>('timerG', fired);
    this.#lifetime = new TransactionTimer<ServerEvent>('timerH', fired);
    this.#perform(this.#table.start, undefined);
  }

  get state(): ServerState {
    return this.#state;
  }

  /** To tag of the last response, if one was sent and had one. */
  get sentTag(): string | undefined {
    return this.#datagram && parseMessage(this.#datagram).to.tag;
  }

  handle(event: ServerEvent, cause?: SipRequest | SipResponse | Error): void {
    const step = transition(this.#table, this.#state, event);
    if (step === undefined) return;
    this.#state = step.next;
    if (step.next === 'terminated') this.#terminate();
    this.#perform(step.actions, cause);
    this.#release();
  }

  /** The network says that what was sent cannot arrive. */
  fail(error: Error): void {
    this.handle('transportError', error);
  }

  respond(response: SipResponse): void {
    const { status } = response;
    this.handle(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure', response);
  }

  /** Forgets everything at once, without a word to the user. */
  abandon(): void {
    this.#state = 'terminated';
    this.#terminate();
    this.user = undefined;
  }

  #terminate(): void {
    this.#stopTimers();
    this.#environment.forget(this);
  }

  #release(): void {
    if (this.#state === 'trying' || this.#state === 'proceeding') return;
    this.#request = undefined;
    if (this.#state === 'accepted' || this.#state === 'confirmed') this.#datagram = undefined;
    if (this.#state === 'confirmed' || this.#state === 'terminated' || this.#table === NON_INVITE_SERVER) this.user = undefined;
  }

  #perform(actions: readonly ServerAction[], cause: SipRequest | SipResponse | Error | undefined): void {
    for (const action of actions) this.#act(action, cause);
  }

  #act(action: ServerAction, cause: SipRequest | SipResponse | Error | undefined): void {
    const { t1, t2, t4 } = this.#environment.timers;
    const lifetime = transactionLifetime(this.#environment.timers);
    switch (action) {
      case 'sendResponse':
        if (cause && 'status' in cause) this.#send(serialize(cause));
        return;
      case 'resendResponse':
        if (this.#datagram === undefined) return;
        this.#environment.stats.retransmissionsSent++;
        { this.#send(this.#datagram); return; }
      case 'sendTrying':
        if (this.#request) this.#send(serialize(createResponse(this.#request, 100)));
        return;
      case 'start100':
        { this.#start(this.#retransmission, 'timer100', TRYING_AFTER_MS); return; }
      case 'startAbandon':
        { this.#start(this.#lifetime, 'timerAbandon', lifetime); return; }
      case 'startG':
        { this.#start(this.#retransmission, 'timerG', t1); return; }
      case 'doubleG':
        { this.#start(this.#retransmission, 'timerG', Math.min(2 * this.#retransmission.interval, t2)); return; }
      case 'startH':
        { this.#start(this.#lifetime, 'timerH', lifetime); return; }
      case 'startI':
        { this.#start(this.#lifetime, 'timerI', t4); return; }
      case 'startJ':
        { this.#start(this.#lifetime, 'timerJ', lifetime); return; }
      case 'startL':
        { this.#start(this.#lifetime, 'timerL', lifetime); return; }
      case 'stopTimers':
        { this.#stopTimers(); return; }
      case 'reportAck':
        if (cause && 'method' in cause) this.user?.onAck?.(cause);
        return;
      case 'reportTimeout':
        this.#environment.stats.timeouts++;
        this.user?.onTimeout?.();
        return;
      case 'reportTransportError':
        if (cause instanceof Error) this.user?.onTransportError?.(cause);
        return;
    }
  }

  #send(datagram: Buffer): void {
    this.#datagram = datagram;
    this.#environment.stats.responsesSent++;
    this.#environment.transmit(datagram, this);
  }

  #start(timer: TransactionTimer<ServerEvent>, event: ServerEvent, ms: number): void {
    timer.event = event;
    timer.interval = ms;
    this.#environment.wheel.start(timer, ms);
  }

  #stopTimers(): void {
    this.#environment.wheel.stop(this.#retransmission);
    this.#environment.wheel.stop(this.#lifetime);
  }
}

/** The user's side of a server transaction. */
export class ServerTransaction {
  /** Its topmost Via is stamped with received and rport. */
  readonly request: SipRequest;
  readonly source: Address;
  readonly #machine: ServerMachine;

  constructor(machine: ServerMachine, request: SipRequest, source: Address) {
    this.#machine = machine;
    this.request = request;
    this.source = source;
  }

  get state(): ServerState {
    return this.#machine.state;
  }

  /** Whether a final response is still wanted. */
  get pending(): boolean {
    return this.#machine.state === 'trying' || this.#machine.state === 'proceeding';
  }

  /** Says who hears about CANCEL, ACK and errors. */
  attach(user: ServerTransactionUser): void {
    this.#machine.user = user;
  }

  /** What sends responses and nothing more: for a user that lives on without holding the request. */
  get responder(): Responder {
    return this.#machine;
  }

  /** Sends a response, unless a final one was sent; the same 2xx to an INVITE may be sent again and again. */
  respond(response: SipResponse): void {
    this.#machine.respond(response);
  }
}
