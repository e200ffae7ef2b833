/** A client transaction (RFC 3261 §17.1): sends one request until it is answered, and hands the responses to its user. */

import { SipResponse, type SipRequest } from '../message/message.ts';
import { serialize } from '../serializer/serializer.ts';
import { transactionLifetime } from '../timing/timers.ts';
import type { Address } from '../transport/transport.ts';
import type { TransactionEnvironment } from './environment.ts';
import { ackForFailure } from './hop-requests.ts';
import type { ClientAction, ClientEvent, ClientState, ClientTable } from './machines/client.ts';
import { INVITE_CLIENT } from './machines/invite-client.ts';
import { NON_INVITE_CLIENT } from './machines/non-invite-client.ts';
import { transition } from './machines/table.ts';
import { TransactionTimer } from './timer.ts';

/** RFC 3261 §17.1.1.2: Timer D is at least 32 s on UDP, and never shorter than the peer's Timer H. */
const MIN_TIMER_D_IN_T1 = 64;

/** The transaction user of RFC 3261 §17. */
export interface ClientTransactionUser {
  /** Each provisional response, and the final one; of an INVITE every 2xx, repeated ones and those of other forks too. */
  onResponse(response: SipResponse): void;
  /** No final response within 64·T1. */
  onTimeout(): void;
  /** The request, or the ACK to its failure, could not be sent. */
  onTransportError(error: Error): void;
}

/** It is its own destination address, so that a transport's error about that address leads back to it. */
export class ClientTransaction implements Address {
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
  readonly #retransmission: TransactionTimer<ClientEvent>;
  readonly #lifetime: TransactionTimer<ClientEvent>;

  constructor(environment: TransactionEnvironment<ClientTransaction>, key: string, branch: string, request: SipRequest, destination: Address, user: ClientTransactionUser) {
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
    const fired = (event: ClientEvent): void => this.#handle(event);
    this.#retransmission = new TransactionTimer<ClientEvent>('timerA', fired);
    this.#lifetime = new TransactionTimer<ClientEvent>('timerB', fired);
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
    this.#handle(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure', response);
    return true;
  }

  /** The network says that what was sent cannot arrive. */
  fail(error: Error): void {
    this.#handle('transportError', error);
  }

  /** Forgets everything at once, without a word to the user. */
  abandon(): void {
    this.#state = 'terminated';
    this.#terminate();
    this.#user = undefined;
  }

  #handle(event: ClientEvent, cause?: SipResponse | Error): void {
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
    if (this.#state === 'completed' && this.#table === INVITE_CLIENT) return;
    this.#datagram = undefined;
    if (this.#state !== 'accepted') this.#user = undefined;
  }

  #perform(actions: readonly ClientAction[], cause: SipResponse | Error | undefined): void {
    for (const action of actions) this.#act(action, cause);
  }

  #act(action: ClientAction, cause: SipResponse | Error | undefined): void {
    const { t1, t2, t4 } = this.#environment.timers;
    switch (action) {
      case 'sendRequest':
        if (this.#request) this.#send(serialize(this.#request));
        return;
      case 'sendAck':
        if (this.#request && cause instanceof SipResponse) this.#send(serialize(ackForFailure(this.#request, cause)));
        return;
      case 'resendRequest':
      case 'resendAck':
        this.#environment.stats.retransmissionsSent++;
        if (this.#datagram) this.#send(this.#datagram);
        return;
      case 'startA':
        { this.#start(this.#retransmission, 'timerA', t1); return; }
      case 'doubleA':
        { this.#start(this.#retransmission, 'timerA', 2 * this.#retransmission.interval); return; }
      case 'startB':
        { this.#start(this.#lifetime, 'timerB', transactionLifetime(this.#environment.timers)); return; }
      case 'startD':
        { this.#start(this.#lifetime, 'timerD', MIN_TIMER_D_IN_T1 * t1); return; }
      case 'startE':
        { this.#start(this.#retransmission, 'timerE', t1); return; }
      case 'doubleE':
        { this.#start(this.#retransmission, 'timerE', Math.min(2 * this.#retransmission.interval, t2)); return; }
      case 'startEAtT2':
        { this.#start(this.#retransmission, 'timerE', t2); return; }
      case 'startF':
        { this.#start(this.#lifetime, 'timerF', transactionLifetime(this.#environment.timers)); return; }
      case 'startK':
        { this.#start(this.#lifetime, 'timerK', t4); return; }
      case 'startM':
        { this.#start(this.#lifetime, 'timerM', transactionLifetime(this.#environment.timers)); return; }
      case 'stopTimers':
        { this.#stopTimers(); return; }
      case 'reportResponse':
        if (cause instanceof SipResponse) this.#user?.onResponse(cause);
        return;
      case 'reportTimeout':
        this.#environment.stats.timeouts++;
        this.#user?.onTimeout();
        return;
      case 'reportTransportError':
        if (cause instanceof Error) this.#user?.onTransportError(cause);
        return;
    }
  }

  #send(datagram: Buffer): void {
    this.#datagram = datagram;
    this.#environment.transmit(datagram, this);
  }

  #start(timer: TransactionTimer<ClientEvent>, event: ClientEvent, ms: number): void {
    timer.event = event;
    timer.interval = ms;
    this.#environment.wheel.start(timer, ms);
  }

  #stopTimers(): void {
    this.#environment.wheel.stop(this.#retransmission);
    this.#environment.wheel.stop(this.#lifetime);
  }
}
