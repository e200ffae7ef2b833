/** A server transaction (RFC 3261 §17.2): absorbs repeated requests and sends its user's responses. */

import { SipRequest, SipResponse } from '../message/message.ts';
import { parseMessage } from '../parser/parser.ts';
import { serialize } from '../serializer/serializer.ts';
import { WheelTimer } from '../timing/wheel.ts';
import type { Address } from '../transport/transport.ts';
import type { TransactionEnvironment } from './environment.ts';
import { INVITE_SERVER } from './machines/invite-server.ts';
import { NON_INVITE_SERVER } from './machines/non-invite-server.ts';
import { SERVER_TIMERS, type ServerAction, type ServerEvent, type ServerState, type ServerTable, type ServerTimerAction } from './machines/server.ts';
import { transition } from './machines/table.ts';
import { createResponse } from './responses.ts';
import { countedMethod } from './tally.ts';
import { RetransmissionTimer, type TimedMachine } from './timer.ts';

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
 * the request belongs to the ServerTransaction, which lives as long as its user wants. It is itself its lifetime's timer (H, I, J or L),
 * and its own destination address, so that a transport's error about that address leads back to it.
 */
export class ServerMachine extends WheelTimer implements Address, Responder, TimedMachine<ServerEvent> {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  user: ServerTransactionUser | undefined;
  readonly #environment: TransactionEnvironment<ServerMachine>;
  readonly #table: ServerTable;
  readonly #countedMethod: string;
  #state: ServerState;
  /** For 100 Trying; dropped as soon as the user has answered. */
  #request: SipRequest | undefined;
  /** The last response; as text, a byte a character, once it lingers, for a Buffer keeps all of the pool alive that it was cut from. */
  #datagram: Buffer | string | undefined;
  /** Timer G, or the one that sends 100 Trying. */
  #retransmission: RetransmissionTimer<ServerEvent> | undefined;
  #lifetimeEvent: ServerEvent = 'timerH';

  constructor(environment: TransactionEnvironment<ServerMachine>, key: string, request: SipRequest, destination: Address) {
    super();
    this.#environment = environment;
    this.key = key;
    this.host = destination.host;
    this.port = destination.port;
    this.#request = request;
    this.#countedMethod = countedMethod(request.method);
    this.#table = request.method === 'INVITE' ? INVITE_SERVER : NON_INVITE_SERVER;
    this.#state = this.#table.initial;
    this.#perform(this.#table.start, undefined);
  }

  get state(): ServerState {
    return this.#state;
  }

  /** To tag of the last response, if one was sent and had one. */
  get sentTag(): string | undefined {
    const datagram = this.#lastResponse();
    return datagram && parseMessage(datagram).to.tag;
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

  /** The lifetime's timer. */
  override fire(): void {
    this.handle(this.#lifetimeEvent);
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
    if (this.#state !== 'completed') this.#retransmission = undefined;
    if (this.#state === 'accepted' || this.#state === 'confirmed') this.#datagram = undefined;
    else if (this.#datagram instanceof Buffer) this.#datagram = this.#datagram.toString('latin1');
    if (this.#state === 'confirmed' || this.#state === 'terminated' || this.#table === NON_INVITE_SERVER) this.user = undefined;
  }

  #lastResponse(): Buffer | undefined {
    return typeof this.#datagram === 'string' ? Buffer.from(this.#datagram, 'latin1') : this.#datagram;
  }

  #perform(actions: readonly ServerAction[], cause: SipRequest | SipResponse | Error | undefined): void {
    for (const action of actions) this.#act(action, cause);
  }

  #act(action: ServerAction, cause: SipRequest | SipResponse | Error | undefined): void {
    switch (action) {
      case 'sendResponse':
        if (!(cause instanceof SipResponse)) break;
        this.#environment.stats.sent.response(this.#countedMethod, cause.status);
        this.#send(serialize(cause));
        break;
      case 'resendResponse': {
        const datagram = this.#lastResponse();
        if (datagram === undefined) break;
        this.#environment.stats.retransmissionsSent++;
        this.#send(datagram);
        break;
      }
      case 'sendTrying':
        if (!this.#request) break;
        this.#environment.stats.sent.response(this.#countedMethod, 100);
        this.#send(serialize(createResponse(this.#request, 100)));
        break;
      case 'stopTimers':
        this.#stopTimers();
        break;
      case 'reportAck':
        if (cause instanceof SipRequest) this.user?.onAck?.(cause);
        break;
      case 'reportTimeout':
        this.#environment.stats.timeouts++;
        this.user?.onTimeout?.();
        break;
      case 'reportTransportError':
        if (cause instanceof Error) this.user?.onTransportError?.(cause);
        break;
      default:
        this.#startTimer(action);
    }
  }

  #send(datagram: Buffer): void {
    this.#datagram = datagram;
    this.#environment.stats.responsesSent++;
    this.#environment.transmit(datagram, this);
  }

  #startTimer(action: ServerTimerAction): void {
    const { wheel, timers } = this.#environment;
    const { event, ms, repeats } = SERVER_TIMERS[action];
    if (repeats) {
      this.#retransmission ??= new RetransmissionTimer<ServerEvent>(this);
      this.#retransmission.start(wheel, event, ms(timers, this.#retransmission.interval));
    } else {
      this.#lifetimeEvent = event;
      wheel.start(this, ms(timers, 0));
    }
  }

  #stopTimers(): void {
    this.#retransmission?.stop(this.#environment.wheel);
    this.#environment.wheel.stop(this);
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
