/** The focus's re-INVITEs (RFC 3261 §14.2) become offers to the member's page, and its answers the 200s. */
import type { Cancel, Clock, IncomingRequest } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { prepareMember, receivedFromFocus } from './descriptions.ts';

const SDP_TYPE = 'application/sdp';

/** How long a page may take for an answer, ms. */
const ANSWER_LIMIT_MS = 10_000;

const REQUEST_TERMINATED = 487;
const NOT_ACCEPTABLE_HERE = 488;

export interface RenegotiationOptions {
  readonly clock: Clock;
  /** Gives an offer to the page. */
  readonly tell: (offer: number, sdp: string) => void;
  /** The page has not answered. */
  readonly onSilent: () => void;
}

interface Pending {
  readonly number: number;
  readonly incoming: IncomingRequest;
  readonly cancelLimit: Cancel;
}

export class Renegotiation {
  readonly #options: RenegotiationOptions;
  #count = 0;
  #pending: Pending | undefined;
  /** The last offer and what was answered: what comes again is answered again. */
  #agreed: { readonly offer: Buffer; readonly answer: string } | undefined;

  constructor(options: RenegotiationOptions) {
    this.#options = options;
  }

  /** A re-INVITE. */
  receive(incoming: IncomingRequest): void {
    const { body } = incoming.request;
    if (this.#agreed?.offer.equals(body) === true) {
      incoming.reply(200, { body: this.#agreed.answer, contentType: SDP_TYPE });
      return;
    }
    const sdp = body.length === 0 ? undefined : receivedFromFocus(incoming.request.bodyText());
    if (sdp === undefined) {
      incoming.reply(NOT_ACCEPTABLE_HERE);
      return;
    }
    this.#pending?.cancelLimit();
    const number = ++this.#count;
    const cancelLimit = this.#options.clock.setTimeout(() => {
      this.#pending = undefined;
      if (!incoming.pending) return;
      incoming.reply(NOT_ACCEPTABLE_HERE);
      this.#options.onSilent();
    }, ANSWER_LIMIT_MS);
    this.#pending = { number, incoming, cancelLimit };
    this.#options.tell(number, sdp);
  }

  /**
   * The page's answer.
   * @throws ApiError 409 `superseded` when the offer was answered or taken back meanwhile, 400 `bad-offer`
   */
  answer(number: number, sdp: string): void {
    const pending = this.#pending;
    if (pending?.number !== number || !pending.incoming.pending) throw new ApiError(409, 'superseded', 'This offer is no longer waited for.');
    const answer = prepareMember(sdp);
    pending.cancelLimit();
    this.#pending = undefined;
    this.#agreed = { offer: pending.incoming.request.body, answer };
    pending.incoming.reply(200, { body: answer, contentType: SDP_TYPE });
  }

  /** The dialog is over: who waits for an answer is told so, or he would wait for twice Timer B (RFC 3261 §15.1.2). */
  close(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.cancelLimit();
    if (pending?.incoming.pending === true) pending.incoming.reply(REQUEST_TERMINATED);
  }
}
