/** One copy of a relayed request on its way to one target: its client transaction, Timer C and CANCEL (RFC 3261 §16.6 to §16.10). */

import type { SipRequest, SipResponse } from '../message/message.ts';
import { transactionLifetime } from '../timing/timers.ts';
import { WheelTimer } from '../timing/wheel.ts';
import type { ClientTransaction, ClientTransactionUser } from '../transaction/client.ts';
import { cancelFor } from '../transaction/hop-requests.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Address } from '../transport/transport.ts';
import type { Outcome } from './best-response.ts';

export interface BranchOwner {
  readonly layer: TransactionLayer;
  readonly timerCMs: number;
  /** A provisional response other than 100, our Via taken off. */
  onProvisional(response: SipResponse): void;
  /** The first 2xx, or one repeated, our Via taken off. */
  onSuccess(branch: ProxyBranch, response: SipResponse): void;
  /** The branch has ended, with or without a response. */
  onFailure(branch: ProxyBranch, outcome: Outcome): void;
}

const REQUEST_TIMEOUT = 408;
const SERVICE_UNAVAILABLE = 503;

const NOBODY_LISTENS: ClientTransactionUser = { onResponse: () => undefined, onTimeout: () => undefined, onTransportError: () => undefined };

/** The timer is that of a target's silence, then Timer C, and once CANCEL was sent the time that its effect may take (§9.1). */
export class ProxyBranch extends WheelTimer implements ClientTransactionUser {
  /** Whether a 2xx of it has gone upstream: for its owner. */
  answered = false;
  readonly #owner: BranchOwner;
  /** Where it was sent. */
  readonly to: Address;
  readonly #silenceMs: number | undefined;
  #request: SipRequest | undefined;
  #transaction: ClientTransaction | undefined;
  #provisional = false;
  #passedOver = false;
  #cancelled = false;
  #cancelSent = false;
  #final = false;

  /** `silenceMs`: how long an INVITE may stay without any answer; as long as Timer C unless given. */
  constructor(owner: BranchOwner, request: SipRequest, to: Address, silenceMs?: number) {
    super();
    this.#owner = owner;
    this.#request = request;
    this.to = to;
    this.#silenceMs = silenceMs;
  }

  /** Whether its final response is still waited for. */
  get open(): boolean {
    return !this.#final && !this.#passedOver;
  }

  /** Whether it is waited for, and not even a 100 has come. */
  get silent(): boolean {
    return this.open && !this.#provisional;
  }

  /** @throws TooManyTransactionsError */
  start(branch: string): void {
    const { layer, timerCMs } = this.#owner;
    if (!this.#request) return;
    if (this.#request.method === 'INVITE') layer.wheel.start(this, this.#silenceMs ?? timerCMs);
    this.#transaction = layer.send(this.#request, this.to, this, { branch });
  }

  /** Sends CANCEL, as soon as a provisional response says that the INVITE has arrived. */
  cancel(): void {
    if (this.#final || this.#cancelled) return;
    this.#cancelled = true;
    if (this.#provisional) this.#sendCancel();
  }

  /** Others are asked in its place; should it have heard us after all, its first word is answered with CANCEL. */
  passOver(): void {
    if (!this.open) return;
    this.#passedOver = true;
    this.#cancelled = true;
    this.#owner.onFailure(this, { status: REQUEST_TIMEOUT });
  }

  onResponse(response: SipResponse): void {
    response.headers.removeFirstValue('Via');
    // What had no other Via was not for us to pass on.
    if (!response.headers.has('Via')) return;
    const { status } = response;
    if (status < 200) this.#onProvisional(response);
    else if (status < 300) {
      this.#finish();
      this.#owner.onSuccess(this, response);
    } else this.#fail({ status, response });
  }

  onTimeout(): void {
    this.#fail({ status: REQUEST_TIMEOUT });
  }

  onTransportError(): void {
    this.#fail({ status: SERVICE_UNAVAILABLE });
  }

  /** The target is silent; or it is Timer C, §16.8; or the CANCEL was without effect. */
  override fire(): void {
    if (this.#final) return;
    if (!this.#provisional && this.#silenceMs !== undefined) {
      this.passOver();
      return;
    }
    if (this.#provisional && !this.#cancelSent) {
      this.cancel();
      return;
    }
    this.#transaction?.abandon();
    this.#fail({ status: REQUEST_TIMEOUT });
  }

  #onProvisional(response: SipResponse): void {
    if (this.#final) return;
    const isFirst = !this.#provisional;
    this.#provisional = true;
    if (this.#cancelled) this.#sendCancel();
    const isTrying = response.status === 100;
    if (isTrying && !(isFirst && this.#silenceMs !== undefined)) return;
    if (this.pending && !this.#cancelSent) this.#owner.layer.wheel.start(this, this.#owner.timerCMs);
    if (!isTrying && !this.#passedOver) this.#owner.onProvisional(response);
  }

  #sendCancel(): void {
    if (this.#cancelSent || !this.#request || !this.#transaction) return;
    this.#cancelSent = true;
    const { layer } = this.#owner;
    layer.wheel.start(this, transactionLifetime(layer.timers));
    try {
      layer.send(cancelFor(this.#request), this.to, NOBODY_LISTENS, { branch: this.#transaction.branch });
    } catch {
      // No room for another transaction: the timer above ends the branch all the same.
    }
  }

  #fail(outcome: Outcome): void {
    if (this.#final) return;
    this.#finish();
    if (!this.#passedOver) this.#owner.onFailure(this, outcome);
  }

  #finish(): void {
    this.#final = true;
    this.#request = undefined;
    this.#owner.layer.wheel.stop(this);
  }
}
