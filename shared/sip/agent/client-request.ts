/** One request of an agent and its final response (RFC 3261 §8.1): anything but INVITE. */

import { requestAddress } from '../dialog/next-hop.ts';
import type { SendOptions } from '../dialog/environment.ts';
import { Delivery, type DeliveryUser, type Sent } from '../locating/delivery.ts';
import type { Servers } from '../locating/servers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { TransactionTimeoutError } from '../transaction/errors.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Address } from '../transport/transport.ts';
import { RequestAbortedError } from './errors.ts';

export interface ClientRequestContext {
  readonly layer: TransactionLayer;
  readonly servers: Servers | undefined;
  authorize(request: SipRequest, response: SipResponse, nextSequence?: () => number): SipRequest | undefined;
}

/** Resolves with any final response; a challenge is answered once. @throws TransactionTimeoutError, TransportError, RequestAbortedError, TooManyTransactionsError, SipSyntaxError */
export function sendRequest(context: ClientRequestContext, request: SipRequest, options: SendOptions = {}): Promise<SipResponse> {
  return new Promise((resolve, reject) => {
    new ClientRequest(context, options, resolve, reject).send(request);
  });
}

class ClientRequest implements DeliveryUser {
  readonly #context: ClientRequestContext;
  readonly #options: SendOptions;
  readonly #resolve: (response: SipResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #aborted: () => void;
  #request: SipRequest | undefined;
  #delivery: Delivery | undefined;
  /** Who has asked for credentials, and got them. */
  readonly #challengers = new Set<string>();

  constructor(context: ClientRequestContext, options: SendOptions, resolve: (response: SipResponse) => void, reject: (error: Error) => void) {
    this.#context = context;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#aborted = () => this.#fail(new RequestAbortedError('The request was given up', { cause: options.signal?.reason }));
    options.signal?.addEventListener('abort', this.#aborted, { once: true });
  }

  /** `first`: the server to begin with, where it is one of several. */
  send(request: SipRequest, first?: Address): void {
    this.#request = request;
    if (this.#options.signal?.aborted === true) {
      this.#aborted();
      return;
    }
    try {
      const { layer, servers } = this.#context;
      this.#delivery = new Delivery({ layer, servers, request, hop: this.#options.nextHop ?? requestAddress(request), first, user: this });
    } catch (error) {
      // A URI that leads nowhere, or too many transactions: also when it is sent again from within the layer.
      this.#fail(error instanceof Error ? error : new Error('The request was not sent', { cause: error }));
    }
  }

  onResponse(response: SipResponse, { request, to, place }: Sent): void {
    if (response.status < 200) return;
    if (!this.#challengers.has(place) && (response.status === 401 || response.status === 407)) {
      this.#challengers.add(place);
      const authorized = this.#context.authorize(request, response, this.#options.nextSequence);
      if (authorized) {
        this.send(authorized, to);
        return;
      }
    }
    this.#done();
    this.#resolve(response);
  }

  onTimeout(): void {
    const { method, uri, callId } = this.#request ?? { method: 'A request', uri: '', callId: '' };
    this.#fail(new TransactionTimeoutError(method, uri, callId));
  }

  onTransportError(error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    this.#done();
    this.#reject(error);
  }

  #done(): void {
    this.#options.signal?.removeEventListener('abort', this.#aborted);
    // What was given up is tried nowhere else.
    this.#delivery?.stay();
  }
}
