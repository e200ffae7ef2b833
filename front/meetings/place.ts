/** One page's place in a room: the dialog with the room's focus, what passes in it, and its end (RFC 4353, RFC 4579). */
import { readFailureReason } from '../../shared/diagnosis/connection-failure.ts';
import type { Clock, Dialog, DialogEnd, IncomingRequest } from '../../shared/sip/index.ts';
import { Owner } from '../people/owner.ts';
import type { Page } from '../people/page.ts';
import type { Viewer } from '../viewers/viewer.ts';
import { leftByBye, leftMessage } from './left.ts';
import type { LeftReason } from './left.ts';
import { Renegotiation } from './renegotiation.ts';
import { sayInRoom } from './room-text.ts';
import { StateReports } from './state-reports.ts';
import type { MemberReport } from './state-reports.ts';

export interface PlaceOptions {
  readonly room: string;
  readonly title: string | undefined;
  /** How the focus calls the member. */
  readonly member: string;
  /** By which he joined. */
  readonly name: string;
  readonly page: Page;
  readonly dialog: Dialog;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A MESSAGE of the focus. */
  readonly onMessage: (incoming: IncomingRequest) => void;
  /** Called once. */
  readonly onOver: (place: Place) => void;
}

export class Place {
  readonly room: string;
  readonly title: string | undefined;
  readonly member: string;
  readonly viewer: Viewer;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The member's name, as the focus knows it. */
  #name: string;
  readonly #dialog: Dialog;
  readonly #owner: Owner;
  readonly #renegotiation: Renegotiation;
  readonly #reports: StateReports;
  readonly #onOver: (place: Place) => void;
  #held: object[] | undefined = [];
  #over = false;

  constructor(options: PlaceOptions) {
    const { room, title, member, name, page, dialog, clock, now, onMessage, onOver } = options;
    this.room = room;
    this.title = title;
    this.member = member;
    this.viewer = page.viewer;
    this.#name = name;
    this.since = now();
    this.#dialog = dialog;
    this.#onOver = onOver;
    this.#owner = new Owner(page, clock, () => void this.leave());
    this.#reports = new StateReports(dialog, clock);
    this.#renegotiation = new Renegotiation({
      clock,
      tell: (offer, sdp) => this.tell({ type: 'offer', room, offer, sdp }),
      onSilent: () => this.showOut('gone'),
    });
    dialog.onRequest('INVITE', (incoming) => this.#renegotiation.receive(incoming));
    dialog.onRequest('MESSAGE', onMessage);
    dialog.onEnded((end) => this.#ended(end));
  }

  get name(): string {
    return this.#name;
  }

  get callId(): string {
    return this.#dialog.callId;
  }

  get over(): boolean {
    return this.#over;
  }

  belongsTo(page: Page): boolean {
    return this.#owner.is(page);
  }

  pageLeft(page: Page): void {
    if (this.belongsTo(page)) this.#owner.left();
  }

  resume(page: Page): void {
    this.#owner.resume(page);
  }

  /** The page knows that it is inside: what it was to be told meanwhile is told now. */
  announce(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.#owner.tell(message);
  }

  tell(message: object): void {
    if (this.#over) return;
    if (this.#held) this.#held.push(message);
    else this.#owner.tell(message);
  }

  /** @throws ApiError 409 `superseded`, 400 `bad-offer` */
  answer(offer: number, sdp: string): void {
    this.#renegotiation.answer(offer, sdp);
  }

  report(report: MemberReport): void {
    this.#name = report.name ?? this.#name;
    this.#reports.report(report);
  }

  /**
   * @param message from and to are addresses
   * @throws ApiError why the room did not take it
   */
  say(message: { text: string; from: string; to: string }): Promise<void> {
    return sayInRoom(this.#dialog, message);
  }

  /** Resolves when the focus has confirmed it or never will. */
  async leave(): Promise<void> {
    this.#finish();
    await this.#dialog.bye();
  }

  /** Leaves, and tells the page why. */
  showOut(reason: LeftReason): void {
    this.tell(leftMessage(this.room, reason));
    void this.leave();
  }

  #ended(end: DialogEnd): void {
    if (this.#over) return;
    const { byeReason } = this.#dialog;
    this.tell(end === 'remote-bye' ? leftMessage(this.room, leftByBye(byeReason), readFailureReason(byeReason)) : leftMessage(this.room, 'rooms-away'));
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#owner.release();
    this.#renegotiation.close();
    this.#onOver(this);
  }
}
