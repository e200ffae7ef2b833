/** The called side: an INVITE that rings on every page of a person, until one of them answers it or the time is over (RFC 3261 §13.3). */
import type { IncomingCall } from '../../shared/sip/index.ts';
import { AckTimeoutError } from '../../shared/sip/index.ts';
import type { Page } from '../people/page.ts';
import type { PreparedCall } from './descriptions.ts';
import { endedMessage } from './ended.ts';
import type { CallEnd } from './ended.ts';
import type { RoomInvitation } from './invitation.ts';
import { Leg, unknownCall } from './leg.ts';
import type { LegOptions } from './leg.ts';
import { RING_SECONDS } from './outgoing-leg.ts';

const LONGEST_RING_SECONDS = 60;

/** A CANCEL that comes so shortly before the time is over comes because it is, ms. */
const EXPIRY_TOLERANCE_MS = 500;

/** An inviter into a room says BYE as soon as he is answered; whoever does not is hung up on after this, ms. */
const INVITATION_END_MS = 5_000;

const RINGING = 180;
const QUEUED = 182;

export type Received = { readonly offer: PreparedCall } | { readonly invitation: RoomInvitation; readonly replaces: string | undefined };

export interface IncomingLegOptions extends LegOptions {
  readonly call: IncomingCall;
  readonly received: Received;
  /** Pages on which it rings. */
  readonly pages: () => readonly Page[];
  /** Whether the person is in another call or room. */
  readonly elsewhere: boolean;
}

export class IncomingLeg extends Leg {
  readonly id: string;
  readonly direction = 'incoming';
  readonly received: Received;
  readonly #call: IncomingCall;
  readonly #pages: () => readonly Page[];
  readonly #expiresAt: number;
  readonly #stopRinging: () => void;
  /** Still to be answered. */
  #rings = true;

  /** Rings. */
  constructor(options: IncomingLegOptions) {
    super(options);
    const { call, received, pages, clock, elsewhere } = options;
    this.id = call.callId;
    this.received = received;
    this.#call = call;
    this.#pages = pages;
    const seconds = Math.min(LONGEST_RING_SECONDS, Math.max(1, call.request.expires ?? RING_SECONDS));
    this.#expiresAt = clock.now() + seconds * 1000;
    call.onCancelled(() => this.#cancelled());
    this.#stopRinging = clock.setTimeout(() => this.#refuse(487, 'expired'), seconds * 1000);
    call.ring(elsewhere ? QUEUED : RINGING);
    for (const page of pages()) this.show(page);
  }

  get rings(): boolean {
    return this.#rings && !this.over;
  }

  /** Tells a page that it rings, unless it concerns others alone. */
  show(page: Page): void {
    if (!this.#pages().includes(page)) return;
    const { received } = this;
    const what = 'offer' in received ? { sdp: received.offer.sdp } : { ...received.invitation, ...(received.replaces === undefined ? {} : { replaces: received.replaces }) };
    page.tell({ type: 'invited', call: this.id, from: this.other, expiresInMs: Math.max(0, Math.round(this.#expiresAt - this.clock.now())), ...what });
  }

  /**
   * A page answers; the others hear that it was answered elsewhere.
   * @param answer as it travels; none for an invitation into a room
   * @throws ApiError 404 when it does not ring any more
   */
  accept(page: Page, answer: PreparedCall | undefined): void {
    if (!this.rings) throw unknownCall();
    this.#decided();
    this.own(page);
    this.#tellOthers(page, 'answered-elsewhere');
    const accepted = this.#call.accept(200, answer?.sdp);
    if (!answer) {
      void accepted.then((dialog) => this.clock.setTimeout(() => void dialog.bye(), INVITATION_END_MS)).catch(() => undefined);
      this.finish();
      return;
    }
    accepted.then(
      (dialog) => this.talk(dialog),
      (error: unknown) => this.end(error instanceof AckTimeoutError ? 'gone' : 'cancelled'),
    );
  }

  /** A page declines; the others hear of it. @throws ApiError 404 when it does not ring any more */
  decline(page: Page): void {
    if (!this.rings) throw unknownCall();
    this.#tellOthers(page, 'declined');
    this.#decided();
    this.#call.reject(603);
    this.finish();
  }

  /** Nobody is there any more who could answer. */
  away(): void {
    if (this.rings) this.#refuse(480, 'away');
  }

  /** It was accepted, and the caller has not acknowledged that yet. */
  get awaitsAck(): boolean {
    return !this.#rings && !this.connected && !this.over;
  }

  protected override giveUp(): void {
    // What was accepted and waits for its ACK gets its BYE then.
    if (!this.#rings) return;
    this.#decided();
    this.#call.reject(480);
  }

  protected override tell(message: object): void {
    if (this.owned) super.tell(message);
    else for (const page of this.#pages()) page.tell(message);
  }

  protected override finish(): void {
    this.#decided();
    super.finish();
  }

  #cancelled(): void {
    if (!this.#rings) return;
    const isOver = this.#expiresAt - this.clock.now() <= EXPIRY_TOLERANCE_MS;
    this.#decided();
    this.end(isOver ? 'expired' : 'cancelled');
  }

  #refuse(status: number, reason: CallEnd): void {
    if (!this.#rings) return;
    this.#decided();
    this.#call.reject(status);
    this.end(reason);
  }

  #decided(): void {
    this.#rings = false;
    this.#stopRinging();
  }

  #tellOthers(page: Page, reason: CallEnd): void {
    const message = endedMessage(this.id, reason, this.other);
    for (const other of this.#pages()) if (other !== page) other.tell(message);
  }
}
