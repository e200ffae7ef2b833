/** One live subscription: at most one NOTIFY under way, the latest list sent after it, an end when its time is over (RFC 6665 §4.2). */

import type { SipRequest } from '../../shared/sip/message/message.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import type { StoredSubscription } from '../directory/entries.ts';
import { buildNotify } from './notify.ts';
import type { SubscriptionState } from './notify.ts';

/** NOTIFYs of one subscription are at least this far apart. */
export const COALESCE_MS = 100;

/** Sends a request. @returns the status of its final response, 408 where none came */
export type SendRequest = (request: SipRequest, to: Address) => Promise<number>;

export interface SubscriptionEnvironment {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly send: SendRequest;
  /** Our own Contact URI. */
  readonly contact: string;
  readonly firstPage: () => string;
  /** It is over: it expired, was ended, or its subscriber has gone. */
  readonly onEnded: (subscription: Subscription, reason: string) => void;
}

/** Failures after which the subscriber may still be there. */
const TRANSIENT = new Set([500, 503, 504]);
const UNSENDABLE = 400;

export class Subscription {
  stored: StoredSubscription;
  /** CSeq of the subscriber's last SUBSCRIBE. */
  remoteCSeq: number;
  readonly #environment: SubscriptionEnvironment;
  #cseq: number;
  /** How often the list has changed, and at which of these it was sent. */
  #version = 0;
  #sending = false;
  #over = false;
  #cancelNotify: Cancel | undefined;
  #cancelExpiry: Cancel | undefined;
  #lastNotifyAt = -Infinity;

  constructor(stored: StoredSubscription, remoteCSeq: number, environment: SubscriptionEnvironment) {
    this.stored = stored;
    this.remoteCSeq = remoteCSeq;
    this.#environment = environment;
    this.#cseq = stored.cseq;
    this.#scheduleExpiry();
  }

  isOver(): boolean {
    return this.#over;
  }

  /** A refresh by the subscriber. @param remoteCSeq that of its SUBSCRIBE */
  renew(stored: StoredSubscription, remoteCSeq: number): void {
    this.stored = stored;
    this.remoteCSeq = remoteCSeq;
    this.#scheduleExpiry();
    this.changed();
  }

  /** The list is not what the subscriber knows: it is sent soon, together with what changes meanwhile. */
  changed(): void {
    if (this.isOver()) return;
    this.#version++;
    if (!this.#sending) this.#schedule();
  }

  #schedule(): void {
    if (this.#cancelNotify) return;
    const wait = Math.max(0, this.#lastNotifyAt + COALESCE_MS - this.#environment.clock.now());
    this.#cancelNotify = this.#environment.clock.setTimeout(() => {
      this.#cancelNotify = undefined;
      void this.#notify();
    }, wait);
  }

  /** Ends it with a last NOTIFY; resolves when that was answered or given up. */
  async terminate(reason: 'deactivated' | 'timeout'): Promise<void> {
    if (this.isOver()) return;
    this.stop();
    this.#environment.onEnded(this, reason);
    await this.#send({ terminated: reason }, reason === 'timeout' ? this.#environment.firstPage() : '');
  }

  /** Stops all timers without a word. */
  stop(): void {
    this.#over = true;
    this.#cancelNotify?.();
    this.#cancelExpiry?.();
  }

  async #notify(): Promise<void> {
    const version = this.#version;
    this.#sending = true;
    this.#lastNotifyAt = this.#environment.clock.now();
    const remaining = Math.max(0, Math.ceil((this.stored.expiresAt - this.#environment.now()) / 1000));
    const status = await this.#send({ activeSeconds: remaining }, this.#environment.firstPage());
    this.#sending = false;
    if (this.isOver()) return;
    if (status >= 300 && !TRANSIENT.has(status)) {
      this.stop();
      this.#environment.onEnded(this, `the subscriber answered ${status}`);
    } else if (this.#version !== version) {
      this.#schedule();
    }
  }

  async #send(state: SubscriptionState, body: string): Promise<number> {
    let notify: SipRequest;
    try {
      notify = buildNotify(this.stored, ++this.#cseq, state, this.#environment.contact, body);
    } catch (error) {
      // Only a directory that was edited by hand holds what no header can.
      if (error instanceof TypeError) return UNSENDABLE;
      throw error;
    }
    return this.#environment.send(notify, this.stored.address);
  }

  #scheduleExpiry(): void {
    this.#cancelExpiry?.();
    const remaining = this.stored.expiresAt - this.#environment.now();
    this.#cancelExpiry = this.#environment.clock.setTimeout(() => void this.terminate('timeout'), Math.max(0, remaining));
  }
}
