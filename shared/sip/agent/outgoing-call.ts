/** The INVITE client (RFC 3261 §13.2, §9.1): rings, is answered, refused or cancelled, and cleans up after forks. */

import { acknowledge } from '../dialog/acknowledge.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import { Dialog } from '../dialog/dialog.ts';
import type { DialogEnvironment } from '../dialog/environment.ts';
import { agreedBy } from '../dialog/session.ts';
import { Delivery, type DeliveryUser, type Sent } from '../locating/delivery.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Cancel } from '../timing/clock.ts';
import { transactionLifetime } from '../timing/timers.ts';
import { TransactionTimeoutError } from '../transaction/errors.ts';
import type { Address } from '../transport/transport.ts';
import { CallCancelledError, CallLostError, CallRejectedError } from './errors.ts';

/** How long a call may ring before it is cancelled, unless told otherwise: Timer C's length (RFC 3261 §16.6.11). */
const DEFAULT_RING_LIMIT_MS = 180_000;

export interface Answer {
  readonly dialog: Dialog;
  /** The 2xx. */
  readonly response: SipResponse;
}

export interface OutgoingCallOptions {
  readonly nextHop: Address;
  /** How long it may ring, ms; then it is cancelled and `answered` rejects with TransactionTimeoutError. */
  readonly ringLimitMs?: number | undefined;
}

/** What becomes of the ACK and the dialog of each fork that answered, by its To tag. */
interface Fork {
  readonly repeatAck: () => void;
}

export class OutgoingCall implements DeliveryUser {
  /**
   * The first 2xx, acknowledged already.
   * Rejects with CallRejectedError, CallCancelledError, CallLostError, TransactionTimeoutError, TransportError or TooManyTransactionsError.
   */
  readonly answered: Promise<Answer>;
  readonly #environment: DialogEnvironment;
  readonly #nextHop: Address;
  readonly #provisionalListeners: ((response: SipResponse) => void)[] = [];
  readonly #forks = new Map<string, Fork>();
  #request: SipRequest;
  #delivery: Delivery | undefined;
  /** Who has asked for credentials, and got them. */
  readonly #challengers = new Set<string>();
  #ringing = false;
  #cancelled: Error | undefined;
  #cancelSent = false;
  #settled = false;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: Error) => void;
  #stopWaiting: Cancel = () => undefined;

  constructor(environment: DialogEnvironment, request: SipRequest, options: OutgoingCallOptions) {
    this.#environment = environment;
    this.#nextHop = options.nextHop;
    this.#request = request;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever only cancels need not listen.
    this.answered.catch(() => undefined);
    this.#stopWaiting = environment.layer.clock.setTimeout(
      () => this.#giveUp(new TransactionTimeoutError('INVITE', request.uri, request.callId)),
      options.ringLimitMs ?? DEFAULT_RING_LIMIT_MS,
    );
    this.#send(request);
  }

  get callId(): string {
    return this.#request.callId;
  }

  /** Every provisional response, 100 too. */
  onProvisional(listener: (response: SipResponse) => void): void {
    this.#provisionalListeners.push(listener);
  }

  /** Takes the call back: CANCEL, or BYE where the answer was faster. After `answered` has resolved it does nothing. */
  cancel(): void {
    this.#giveUp(new CallCancelledError(this.#request.uri, this.callId));
  }

  /** @internal */
  onResponse(response: SipResponse, sent: Sent): void {
    if (response.status < 200) this.#onProvisional(response);
    else if (response.status < 300) this.#onSuccess(response, sent.request);
    else this.#onFailure(response, sent);
  }

  /** @internal */
  onLost(): void {
    this.#fail(this.#cancelled ?? new CallLostError(this.#request.uri, this.callId));
  }

  /** @internal */
  onTimeout(): void {
    this.#fail(this.#cancelled ?? new TransactionTimeoutError('INVITE', this.#request.uri, this.callId));
  }

  /** @internal */
  onTransportError(error: Error): void {
    this.#fail(error);
  }

  /** `first`: the server to begin with, where it is one of several. */
  #send(request: SipRequest, first?: Address): void {
    this.#request = request;
    const { layer, servers } = this.#environment;
    try {
      this.#delivery = new Delivery({ layer, servers, request, hop: this.#nextHop, first, user: this });
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  #onProvisional(response: SipResponse): void {
    this.#ringing = true;
    if (this.#cancelled) {
      this.#sendCancel();
      return;
    }
    for (const listener of this.#provisionalListeners) listener(response);
  }

  #onSuccess(response: SipResponse, request: SipRequest): void {
    const tag = response.to.tag ?? '';
    const known = this.#forks.get(tag);
    if (known) {
      known.repeatAck();
      return;
    }
    const state = DialogState.ofClient(request, response);
    try {
      this.#forks.set(tag, { repeatAck: acknowledge(this.#environment, state, request) });
    } catch (error) {
      this.#fail(asError(error));
      return;
    }
    const dialog = new Dialog(this.#environment, state);
    if (this.#settled || this.#cancelled) {
      // Another fork was faster, or the CANCEL too slow.
      void dialog.bye();
      if (this.#cancelled) this.#fail(this.#cancelled);
      return;
    }
    dialog.begin({ role: 'uac', local: request.body, contentType: request.headers.get('Content-Type') ?? '', remote: response, agreed: agreedBy(response) });
    this.#settle();
    this.#resolve({ dialog, response });
  }

  #onFailure(response: SipResponse, { request, to, place }: Sent): void {
    if (!this.#challengers.has(place) && !this.#cancelled && (response.status === 401 || response.status === 407)) {
      this.#challengers.add(place);
      const authorized = this.#environment.authorize(request, response);
      if (authorized) {
        this.#ringing = false;
        this.#send(authorized, to);
        return;
      }
    }
    if (response.status === 422 && !this.#cancelled && this.#askForLonger(response, to)) return;
    this.#fail(this.#cancelled ?? new CallRejectedError(this.#request.uri, response));
  }

  /** RFC 4028 §7.3: once more with the interval that the other side wants at least. */
  #askForLonger(response: SipResponse, from: Address): boolean {
    const minSe = Number.parseInt(response.headers.get('Min-SE') ?? '', 10);
    const asked = this.#request.headers.get('Session-Expires');
    if (!(minSe > Number.parseInt(asked ?? '', 10))) return false;
    const again = this.#request.clone();
    again.headers.removeFirstValue('Via');
    again.headers.set('CSeq', `${this.#request.cseq.number + 1} INVITE`);
    again.headers.set('Session-Expires', String(minSe));
    again.headers.set('Min-SE', String(minSe));
    this.#ringing = false;
    this.#send(again, from);
    return true;
  }

  #giveUp(why: Error): void {
    if (this.#settled || this.#cancelled) return;
    this.#cancelled = why;
    this.#delivery?.stay();
    // Before a provisional response the INVITE may not even have arrived: a CANCEL could overtake it (§9.1).
    if (this.#ringing) this.#sendCancel();
  }

  #sendCancel(): void {
    const { layer } = this.#environment;
    try {
      if (this.#delivery?.cancel() !== true || this.#cancelSent) return;
    } catch (error) {
      this.#environment.report(error, 'CANCEL was not sent', this.callId);
    }
    this.#cancelSent = true;
    this.#stopWaiting();
    // §9.1: the INVITE may never be answered by one that does not know CANCEL.
    this.#stopWaiting = layer.clock.setTimeout(() => {
      this.#delivery?.abandon();
      if (this.#cancelled) this.#fail(this.#cancelled);
    }, transactionLifetime(layer.timers));
  }

  #settle(): void {
    this.#settled = true;
    this.#stopWaiting();
  }

  #fail(error: Error): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(error);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('Not an Error was thrown', { cause: thrown });
}
