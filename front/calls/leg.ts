/** One person's side of a call, from the first ring to the end: whom it belongs to, its dialog, and the candidates that pass in it. */
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock, Dialog, DialogEnd, IncomingRequest } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { Owner } from '../people/owner.ts';
import type { Page } from '../people/page.ts';
import type { Viewer } from '../viewers/viewer.ts';
import { BYE_REASONS, endedMessage, endOfBye } from './ended.ts';
import type { CallEnd } from './ended.ts';
import { FRAGMENT_TYPE, Fragments, isFragment } from './fragments.ts';

/** Fragments that are taken from the other side in one call. */
const MAX_RECEIVED_FRAGMENTS = 1_000;

export interface LegOptions {
  readonly viewer: Viewer;
  /** Name of the other side. */
  readonly other: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once when the call is over, or when the page can have nothing more to do with it. */
  readonly onOver: (leg: Leg) => void;
}

export abstract class Leg {
  /** The Call-ID, by which pages call it too. */
  abstract readonly id: string;
  abstract readonly direction: 'outgoing' | 'incoming';
  readonly viewer: Viewer;
  readonly other: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  protected readonly clock: Clock;
  protected readonly log: Logger;
  readonly #onOver: (leg: Leg) => void;
  readonly #fragments = new Fragments();
  #owner: Owner | undefined;
  #dialog: Dialog | undefined;
  #received = 0;
  #over = false;

  constructor({ viewer, other, clock, log, now, onOver }: LegOptions) {
    this.viewer = viewer;
    this.other = other;
    this.clock = clock;
    this.log = log;
    this.since = now();
    this.#onOver = onOver;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Whether the two talk to each other. */
  get connected(): boolean {
    return this.#dialog !== undefined && !this.#over;
  }

  /** Whether a page of this person has begun it or accepted it. */
  get owned(): boolean {
    return this.#owner !== undefined;
  }

  belongsTo(page: Page): boolean {
    return this.#owner?.is(page) === true;
  }

  /** The page's connection has ended. */
  pageLeft(page: Page): void {
    if (this.belongsTo(page)) this.#owner?.left();
  }

  /** A page of this person says that it is the owner, come back. @throws ApiError 404 where nobody owns it yet */
  resume(page: Page): void {
    if (!this.#owner) throw unknownCall();
    this.#owner.resume(page);
  }

  /** @throws ApiError 429 when more wait than any browser finds */
  sendCandidates(fragment: string): void {
    if (!this.#fragments.send(fragment)) throw new ApiError(429, 'too-many-requests', 'Too many candidates wait to be sent.');
  }

  /** An INFO of this call: the other side's candidates. */
  receiveInfo(incoming: IncomingRequest): void {
    const { request } = incoming;
    const text = request.bodyText();
    if (request.contentType !== FRAGMENT_TYPE) incoming.reply(415, { headers: { Accept: FRAGMENT_TYPE } });
    else if (!isFragment(text)) incoming.reply(400, { reason: 'Malformed Fragment' });
    else if (++this.#received > MAX_RECEIVED_FRAGMENTS) incoming.reply(503);
    else {
      incoming.reply(200);
      this.tell({ type: 'candidates', call: this.id, fragment: text });
    }
  }

  /** Ends it because this side wants it; its owner is told only when it was somebody else who decided. */
  hangUp(reason?: keyof typeof BYE_REASONS): void {
    if (this.#over) return;
    this.log.debug({ callId: this.id, viewer: this.viewer.name, other: this.other, ...(reason && { reason }) }, 'hanging up');
    if (reason !== undefined && reason !== 'gone') this.tell(endedMessage(this.id, reason, this.other));
    if (this.#dialog) void this.#dialog.bye(reason && BYE_REASONS[reason]);
    else this.giveUp();
    this.finish();
  }

  /** Takes back, or refuses, what is not answered yet. */
  protected abstract giveUp(): void;

  protected own(page: Page): void {
    this.#owner = new Owner(page, this.clock, () => this.hangUp('gone'));
  }

  protected tell(message: object): void {
    this.#owner?.tell(message);
  }

  /** It was answered, and acknowledged. */
  protected talk(dialog: Dialog): void {
    if (this.#over) {
      void dialog.bye();
      return;
    }
    this.#dialog = dialog;
    this.log.debug({ callId: this.id, viewer: this.viewer.name, other: this.other }, 'two talk');
    dialog.onRequest('INFO', (incoming) => this.receiveInfo(incoming));
    dialog.onEnded((end) => this.#ended(dialog, end));
    this.#fragments.flow(dialog);
  }

  /** It has ended by itself, or by the other side. */
  protected end(reason: CallEnd): void {
    if (this.#over) return;
    this.log.debug({ callId: this.id, viewer: this.viewer.name, other: this.other, reason }, 'a call is over');
    this.tell(endedMessage(this.id, reason, this.other));
    this.finish();
  }

  protected finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#owner?.release();
    this.#onOver(this);
  }

  #ended(dialog: Dialog, end: DialogEnd): void {
    if (end === 'local-bye') return;
    this.end(end === 'remote-bye' ? endOfBye(dialog.byeReason) : 'gone');
  }
}

export function unknownCall(): ApiError {
  return new ApiError(404, 'unknown-call', 'There is no such call: it may be over, or was answered elsewhere.');
}
