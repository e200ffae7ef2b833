/** A 2xx to INVITE is repeated end to end, by its user and not by the transaction, until the ACK comes (RFC 3261 §13.3.1.4). */

import type { SipRequest, SipResponse } from '../message/message.ts';
import { transactionLifetime, type Timers } from '../timing/timers.ts';
import { WheelTimer, type TimerWheel } from '../timing/wheel.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import type { TransactionStats } from '../transaction/stats.ts';

export interface SuccessRetransmissionOptions {
  readonly layer: { readonly wheel: TimerWheel; readonly timers: Timers; readonly stats: TransactionStats };
  readonly transaction: ServerTransaction;
  readonly response: SipResponse;
  readonly onAck: (ack: SipRequest) => void;
  /** No ACK within 64·T1. */
  readonly onTimeout: () => void;
}

export class SuccessRetransmission extends WheelTimer {
  /** The INVITE's, which the ACK repeats. */
  readonly sequence: number;
  readonly #options: SuccessRetransmissionOptions;
  #interval: number;
  #elapsed = 0;

  /** Sends the response for the first time. */
  constructor(options: SuccessRetransmissionOptions) {
    super();
    this.#options = options;
    this.sequence = options.response.cseq.number;
    this.#interval = options.layer.timers.t1;
    options.transaction.respond(options.response);
    options.layer.wheel.start(this, this.#interval);
  }

  override fire(): void {
    const { wheel, timers, stats } = this.#options.layer;
    this.#elapsed += this.#interval;
    const left = transactionLifetime(timers) - this.#elapsed;
    if (left <= 0) {
      stats.timeouts++;
      this.#options.onTimeout();
      return;
    }
    stats.retransmissionsSent++;
    this.#options.transaction.respond(this.#options.response);
    this.#interval = Math.min(2 * this.#interval, timers.t2, left);
    wheel.start(this, this.#interval);
  }

  acknowledge(ack: SipRequest): void {
    if (!this.pending) return;
    this.stop();
    this.#options.onAck(ack);
  }

  stop(): void {
    this.#options.layer.wheel.stop(this);
  }
}
