/** A client transaction (RFC 3261 §17.1): sends one request until it is answered, and hands the responses to its user. */

import { SipResponse, type SipRequest } from '../message/message.ts';
import { serialize } from '../serializer/serializer.ts';
import { WheelTimer } from '../timing/wheel.ts';
import type { Address } from '../transport/transport.ts';
import type { TransactionEnvironment } from './environment.ts';
import { ackForFailure } from './hop-requests.ts';
import { CLIENT_TIMERS, type ClientAction, type ClientEvent, type ClientState, type ClientTable, type ClientTimerAction } from './machines/client.ts';
import { INVITE_CLIENT } from './machines/invite-client.ts';
import { NON_INVITE_CLIENT } from './machines/non-invite-client.ts';
import { transition } from './machines/table.ts';
import { RetransmissionTimer, type TimedMachine } from './timer.ts';

/** The transaction user of RFC 3261 §17. */
export interface ClientTransactionUser {
  /** Each provisional response, and the final one; of an INVITE every 2xx, repeated ones and those of other forks too. */
  onResponse(response: SipResponse): void;
  /** No final response within 64·T1. */
  onTimeout(): void;
  /** The request, or the ACK to its failure, could not be sent. */
  onTransportError(error: Error): void;
}

/**
 * Itself its lifetime's timer (B, D, F, K or M), and its own destination address, so that a transport's error about that address leads
 * back to it: what lingers by the ten thousand is one object.
 */
export class ClientTransaction extends WheelTimer implements Address, TimedMachine<ClientEvent> {
  /** Where the layer keeps it: its branch, and for CANCEL its method too. */
  readonly key: string;
  readonly branch: string;
  readonly method: string;
  readonly host: string;
  readonly port: number;
  readonly #environment: TransactionEnvironment<ClientTransaction>;
  readonly #table: ClientTable;
  #state: ClientState;
  #user: ClientTransactionUser | undefined;
  #request: SipRequest | undefined;
  #answeredWith: number | undefined;
  /** What is sent again: the request, then the ACK to its failure. */
  #datagram: Buffer | undefined;
  /** Timer A or E; gone when there is nothing more to repeat. */
  #retransmission: RetransmissionTimer<ClientEvent> | undefined;
  #lifetimeEvent: ClientEvent = 'timerB';

  constructor(environment: TransactionEnvironment<ClientTransaction>, key: string, branch: string, request: SipRequest, destination: Address, user: ClientTransactionUser) {
    super();
    this.#environment = environment;
    this.key = key;
    this.branch = branch;
    this.method = request.method;
    this.host = destination.host;
    this.port = destination.port;
    this.#request = request;
    this.#user = user;
    this.#table = request.method === 'INVITE' ? INVITE_CLIENT : NON_INVITE_CLIENT;
    this.#state = this.#table.initial;
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Sends the request for the first time. */
  start(): void {
    this.#perform(this.#table.start, undefined);
  }

  /**
   * A response that matches this transaction.
   * @returns false for a final response that contradicts the one it was answered with: that is no repetition, but news of the server
   */
  receive(response: SipResponse): boolean {
    const { status } = response;
    if (this.#state === 'completed' && this.#table === NON_INVITE_CLIENT && status >= 200 && status !== this.#answeredWith) return false;
    if (status >= 200) this.#answeredWith ??= status;
    this.handle(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure', response);
    return true;
  }

  /** The network says that what was sent cannot arrive. */
  fail(error: Error): void {
    this.handle('transportError', error);
  }

  /** @internal The lifetime's timer. */
  override fire(): void {
    this.handle(this.#lifetimeEvent);
  }

  /** Forgets everything at once, without a word to the user. */
  abandon(): void {
    this.#state = 'terminated';
    this.#terminate();
    this.#user = undefined;
  }

  /** @internal */
  handle(event: ClientEvent, cause?: SipResponse | Error): void {
    const step = transition(this.#table, this.#state, event);
    if (step === undefined) return;
    this.#state = step.next;
    if (step.next === 'terminated') this.#terminate();
    this.#perform(step.actions, cause);
    this.#release();
  }

  #terminate(): void {
    this.#stopTimers();
    this.#environment.forget(this);
  }

  /** A transaction that only lingers holds no messages. */
  #release(): void {
    if (this.#state === 'calling' || this.#state === 'trying' || this.#state === 'proceeding') return;
    this.#request = undefined;
    this.#retransmission = undefined;
    if (this.#state === 'completed' && this.#table === INVITE_CLIENT) return;
    this.#datagram = undefined;
    if (this.#state !== 'accepted') this.#user = undefined;
  }

  #perform(actions: readonly ClientAction[], cause: SipResponse | Error | undefined): void {
    for (const action of actions) this.#act(action, cause);
  }

  #act(action: ClientAction, cause: SipResponse | Error | undefined): void {
    switch (action) {
      case 'sendRequest':
        if (this.#request) this.#send(serialize(this.#request));
        break;
      case 'sendAck':
        if (this.#request && cause instanceof SipResponse) this.#send(serialize(ackForFailure(this.#request, cause)));
        break;
      case 'resendRequest':
      case 'resendAck':
        this.#environment.stats.retransmissionsSent++;
        if (this.#datagram) this.#send(this.#datagram);
        break;
      case 'stopTimers':
        this.#stopTimers();
        break;
      case 'reportResponse':
        if (cause instanceof SipResponse) this.#user?.onResponse(cause);
        break;
      case 'reportTimeout':
        this.#environment.stats.timeouts++;
        this.#user?.onTimeout();
        break;
      case 'reportTransportError':
        if (cause instanceof Error) this.#user?.onTransportError(cause);
        break;
      default:
        this.#startTimer(action);
    }
  }

  #send(datagram: Buffer): void {
    this.#datagram = datagram;
    this.#environment.transmit(datagram, this);
  }

  #startTimer(action: ClientTimerAction): void {
    const { wheel, timers } = this.#environment;
    const { event, ms, repeats } = CLIENT_TIMERS[action];
    if (repeats) {
      this.#retransmission ??= new RetransmissionTimer<ClientEvent>(this);
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
