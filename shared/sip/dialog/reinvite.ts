/** The INVITE client inside a dialog (RFC 3261 §14.1): ACK for each 2xx, one answer to a challenge. */

import type { SipRequest, SipResponse } from '../message/message.ts';
import { TransactionTimeoutError } from '../transaction/errors.ts';
import type { Cancel } from '../timing/clock.ts';
import { transactionLifetime } from '../timing/timers.ts';
import type { ClientTransaction, ClientTransactionUser } from '../transaction/client.ts';
import { acknowledge } from './acknowledge.ts';
import type { DialogState } from './dialog-state.ts';
import type { DialogEnvironment } from './environment.ts';

/** Resolves with the final response. @throws TransactionTimeoutError when there is none within 128·T1, TransportError, TooManyTransactionsError */
export function sendReinvite(environment: DialogEnvironment, state: DialogState, request: SipRequest): Promise<SipResponse> {
  return new Promise((resolve, reject) => {
    new ReinviteClient(environment, state, resolve, reject).send(request);
  });
}

class ReinviteClient implements ClientTransactionUser {
  readonly #environment: DialogEnvironment;
  readonly #state: DialogState;
  readonly #resolve: (response: SipResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #stopWaiting: Cancel;
  #request: SipRequest | undefined;
  #transaction: ClientTransaction | undefined;
  #authorized = false;
  #repeatAck: (() => void) | undefined;

  constructor(environment: DialogEnvironment, state: DialogState, resolve: (response: SipResponse) => void, reject: (error: Error) => void) {
    this.#environment = environment;
    this.#state = state;
    this.#resolve = resolve;
    this.#reject = reject;
    // Nobody rings here: whoever only ever says that he is trying will not answer. Twice Timer B, for he may give up himself.
    const { clock, timers } = environment.layer;
    this.#stopWaiting = clock.setTimeout(() => {
      this.#transaction?.abandon();
      this.onTimeout();
    }, 2 * transactionLifetime(timers));
  }

  send(request: SipRequest): void {
    this.#request = request;
    try {
      this.#transaction = this.#environment.layer.send(request, this.#state.nextHop(), this);
    } catch (error) {
      this.onTransportError(error instanceof Error ? error : new Error('The re-INVITE was not sent', { cause: error }));
    }
  }

  onResponse(response: SipResponse): void {
    const request = this.#request;
    if (response.status < 200 || request === undefined) return;
    if (response.status < 300) {
      if (this.#repeatAck) {
        this.#repeatAck();
        return;
      }
      this.#state.refreshTarget('INVITE', response);
      this.#repeatAck = acknowledge(this.#environment.layer, this.#state, request);
    } else if (!this.#authorized && (response.status === 401 || response.status === 407)) {
      this.#authorized = true;
      const authorized = this.#environment.authorize(request, response, () => ++this.#state.localSequence);
      if (authorized) {
        this.send(authorized);
        return;
      }
    }
    this.#stopWaiting();
    this.#resolve(response);
  }

  onTimeout(): void {
    const { callId } = this.#state;
    this.#stopWaiting();
    this.#reject(new TransactionTimeoutError('INVITE', this.#state.remoteTarget, callId));
  }

  onTransportError(error: Error): void {
    this.#stopWaiting();
    this.#reject(error);
  }
}
