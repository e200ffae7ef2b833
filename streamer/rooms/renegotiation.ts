/**
 * Re-INVITEs to one member (RFC 3261 §14.1): one at a time, each with the session as it should be then, so that what changes meanwhile
 * goes together into the next.
 */
import type { Logger } from '../../shared/log/logger.ts';
import { SdpError } from '../../shared/sdp/index.ts';
import { InvitePendingError, type Cancel, type Clock, type Dialog, type SipResponse } from '../../shared/sip/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import type { MemberMedia } from './media.ts';

const OFFER_TYPE = 'application/sdp';
/** Changes within this time go together, ms: many may join at once. */
const COALESCE_MS = 50;
/** §14.1: who did not make the call waits from 0 to so long after a 491, ms, in steps of 10. */
const MAX_GLARE_MS = 2000;
const GLARE_STEP_MS = 10;
/** After any other refusal without Retry-After, ms. */
const AGAIN_MS = 2000;
const MAX_RETRY_AFTER_SECONDS = 10;
/** So many refusals one after the other, and the member cannot follow the room. */
const MAX_REFUSALS = 5;

const REQUEST_PENDING = 491;

export interface RenegotiationOptions {
  readonly dialog: Pick<Dialog, 'request' | 'ended'>;
  readonly media: Pick<MemberMedia, 'onNegotiationNeeded' | 'offer' | 'accept'>;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
  /** Hears once that it cannot go on. */
  readonly onFailure: (reason: string) => void;
}

export class Renegotiation {
  readonly #options: RenegotiationOptions;
  #isNeeded = false;
  #isRunning = false;
  #cancel: Cancel | undefined;
  #refusals = 0;
  #stopped = false;

  /** Begins with what has changed since the member's own offer. */
  constructor(options: RenegotiationOptions) {
    this.#options = options;
    options.media.onNegotiationNeeded(() => {
      this.#isNeeded = true;
      this.#after(COALESCE_MS);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #after(ms: number): void {
    if (this.#stopped || this.#isRunning || this.#cancel) return;
    this.#cancel = this.#options.clock.setTimeout(() => {
      this.#cancel = undefined;
      void this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const waitMs = await this.#reinvite();
    this.#isRunning = false;
    if (waitMs > 0 || this.#isNeeded) this.#after(Math.max(waitMs, COALESCE_MS));
  }

  /** @returns after how many ms it is to be tried again; 0 when it is done, or of no more use */
  async #reinvite(): Promise<number> {
    const { dialog, media, log } = this.#options;
    this.#isNeeded = false;
    try {
      const response = await dialog.request('INVITE', { body: media.offer(), contentType: OFFER_TYPE });
      if (this.#stopped) return 0;
      if (response.status >= 300) return this.#refused(response);
      media.accept(response.body.toString('utf8'));
      this.#refusals = 0;
    } catch (error) {
      if (this.#stopped || dialog.ended) return 0;
      // His refresh of the session is under way.
      if (error instanceof InvitePendingError) return this.#glare();
      if (error instanceof SdpError || error instanceof NotAcceptableError) this.#fail(`the answer cannot be used: ${error.message}`);
      else log.warn({ err: error }, 'a member could not be told of a change of the room');
    }
    return 0;
  }

  #refused(response: SipResponse): number {
    const { status, headers } = response;
    if (status === REQUEST_PENDING) return this.#glare();
    if (++this.#refusals >= MAX_REFUSALS) {
      this.#fail(`the session could not be changed (${status})`);
      return 0;
    }
    const seconds = Math.min(Number.parseInt(headers.get('Retry-After') ?? '', 10) || 0, MAX_RETRY_AFTER_SECONDS);
    return seconds > 0 ? seconds * 1000 : AGAIN_MS;
  }

  #glare(): number {
    return GLARE_STEP_MS * (1 + Math.floor(this.#options.random() * (MAX_GLARE_MS / GLARE_STEP_MS)));
  }

  #fail(reason: string): void {
    this.stop();
    this.#options.onFailure(reason);
  }
}
