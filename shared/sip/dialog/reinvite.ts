/** The INVITE client inside a dialog (RFC 3261 §14.1): ACK for each 2xx, one answer to a challenge. */

import { Delivery, type DeliveryUser, type Sent } from '../locating/delivery.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { TransactionTimeoutError } from '../transaction/errors.ts';
import type { Cancel } from '../timing/clock.ts';
import { transactionLifetime } from '../timing/timers.ts';
import { acknowledge } from './acknowledge.ts';
import type { Address } from '../transport/transport.ts';
import type { DialogState } from './dialog-state.ts';
import type { DialogEnvironment } from './environment.ts';

/** Resolves with the final response. @throws TransactionTimeoutError when there is none within 128·T1, TransportError, TooManyTransactionsError */
export function sendReinvite(environment: DialogEnvironment, state: DialogState, request: SipRequest): Promise<SipResponse> {
  return new Promise((resolve, reject) => {
    new ReinviteClient(environment, state, resolve, reject).send(request);
  });
}

class ReinviteClient implements DeliveryUser {
  readonly #environment: DialogEnvironment;
  readonly #state: DialogState;
  readonly #resolve: (response: SipResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #stopWaiting: Cancel;
  readonly #challengers = new Set<string>();
  #latest: SipRequest | undefined;
  #delivery: Delivery | undefined;
  #isSettled = false;
  #repeatAck: (() => void) | undefined;

  constructor(environment: DialogEnvironment, state: DialogState, resolve: (response: SipResponse) => void, reject: (error: Error) => void) {
    this.#environment = environment;
    this.#state = state;
    this.#resolve = resolve;
    this.#reject = reject;
    // Nobody rings here: whoever only ever says that he is trying will not answer. Twice Timer B, for he may give up himself.
    const { clock, timers } = environment.layer;
    this.#stopWaiting = clock.setTimeout(() => {
      this.#delivery?.abandon();
      this.onTimeout();
    }, 2 * transactionLifetime(timers));
  }

  /** `first`: the server to begin with, where it is one of several. */
  send(request: SipRequest, first?: Address): void {
    this.#latest = request;
    const { layer, servers } = this.#environment;
    try {
      this.#delivery = new Delivery({ layer, servers, request, hop: this.#state.nextHop(), first, user: this });
    } catch (error) {
      this.onTransportError(error instanceof Error ? error : new Error('The re-INVITE was not sent', { cause: error }));
    }
  }

  onResponse(response: SipResponse, { request, to, place }: Sent): void {
    if (response.status < 200) return;
    if (response.status < 300) {
      if (this.#repeatAck) {
        this.#repeatAck();
        return;
      }
      this.#state.refreshTarget('INVITE', response);
      this.#repeatAck = acknowledge(this.#environment, this.#state, request);
    } else if (!this.#challengers.has(place) && (response.status === 401 || response.status === 407)) {
      this.#challengers.add(place);
      const authorized = this.#environment.authorize(request, response, () => ++this.#state.localSequence);
      if (authorized) {
        this.send(authorized, to);
        return;
      }
    }
    this.#isSettled = true;
    this.#stopWaiting();
    this.#resolve(response);
  }

  /** It may have arrived, and its answer be lost: the other side takes another after it (RFC 3261 §14.2). */
  onLost(): void {
    if (this.#isSettled || !this.#latest) return;
    const again = this.#latest.clone();
    again.headers.removeFirstValue('Via');
    again.headers.set('CSeq', `${++this.#state.localSequence} INVITE`);
    this.send(again);
  }

  onTimeout(): void {
    const { callId } = this.#state;
    this.#isSettled = true;
    this.#stopWaiting();
    this.#reject(new TransactionTimeoutError('INVITE', this.#state.remoteTarget, callId));
  }

  onTransportError(error: Error): void {
    this.#isSettled = true;
    this.#stopWaiting();
    this.#reject(error);
  }
}
