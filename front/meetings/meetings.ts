/** Rooms as this front sees them: which of its pages are in which room, and who else is there. */
import { ApiError } from '../api-error.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { roomName } from '../../shared/rooms/room-name.ts';
import type { Agent, Clock, IncomingRequest, RandomSource } from '../../shared/sip/index.ts';
import { sayable } from '../chat/text.ts';
import type { Page } from '../people/page.ts';
import type { Pages } from '../people/pages.ts';
import type { Domain } from '../sip/domain.ts';
import type { Viewer } from '../viewers/viewer.ts';
import { adhocId } from './admission.ts';
import type { RoomAdmission } from './admission.ts';
import { notInside, roomsAway } from './errors.ts';
import { join } from './join.ts';
import type { LeftReason } from './left.ts';
import { Place } from './place.ts';
import { readRoomText } from './room-text.ts';
import { Roster } from './roster.ts';
import type { RoomState } from './roster.ts';
import type { MemberReport } from './state-reports.ts';

/** Rooms that one page is in at a time: two while it moves from one to another. */
const MAX_ROOMS_PER_PAGE = 2;

const ADHOC_BYTES = 16;

export interface MeetingsOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly admission: RoomAdmission;
  readonly pages: Pages;
  /** In whose name front subscribes. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

export interface JoinWish {
  readonly room: string;
  readonly key?: string | undefined;
  readonly password?: string | undefined;
  /** The browser's offer. */
  readonly sdp: string;
}

export interface Inside {
  readonly place: Place;
  readonly sdp: string;
  readonly event: 'created' | 'joined';
  /** What the page may know of the room. */
  readonly room: object | undefined;
}

export class Meetings {
  readonly #options: MeetingsOptions;
  /** Members of this front by room. */
  readonly #members = new Map<string, Set<Place>>();
  readonly #rosters = new Map<string, Roster>();
  /** Joins under way. */
  readonly #joining = new Map<Page, Set<AbortController>>();

  constructor(options: MeetingsOptions) {
    this.#options = options;
    options.pages.onGone((page) => {
      for (const join of this.#joining.get(page) ?? []) join.abort();
      for (const place of this.#all()) place.pageLeft(page);
    });
  }

  /** Places that pages of this front hold in rooms. */
  get size(): number {
    let size = 0;
    for (const members of this.#members.values()) size += members.size;
    return size;
  }

  /** Whether a page of the viewer is in a room. */
  has(viewer: Viewer): boolean {
    return [...this.#all()].some((place) => place.viewer === viewer);
  }

  /** A room for those who know its id. */
  adhoc(): string {
    return adhocId(Buffer.from(this.#options.random.token(ADHOC_BYTES), 'hex').toString('base64url'));
  }

  /**
   * Brings a page into a room. Once the page knows that it is inside, the place is to be announced.
   * @throws ApiError as RoomAdmission does; 409 `room-full`, 503 `rooms-away`, 400 `bad-offer`, 406 `no-common-codec`, 429 `too-many-requests`
   */
  async join(page: Page, { room, key, password, sdp }: JoinWish): Promise<Inside> {
    const { agent, domain, admission, log } = this.#options;
    const controller = this.#begin(page, room);
    try {
      const admitted = await admission.admit({ id: room, key, password, viewer: page.viewer });
      if (controller.signal.aborted) throw roomsAway(controller.signal.reason);
      const { name } = page.viewer;
      const { dialog, sdp: answer, member, event } = await join({ agent, domain, room, name, sdp, admitted, signal: controller.signal });
      const former = this.#find(page, room);
      const place = new Place({
        ...this.#options,
        ...{ room, title: admitted.title, member, name, page, dialog },
        onMessage: (incoming) => this.#hear(place, incoming),
        onOver: (over) => {
          log.info({ callId: dialog.callId, viewer: over.viewer.name, room }, 'left a room');
          this.#forget(over);
        },
      });
      // The focus says BYE to the former place of the same person, of which its page, being this one, need not hear.
      void former?.leave();
      this.#add(place);
      log.info({ callId: dialog.callId, viewer: page.viewer.name, room, event }, 'joined a room');
      return { place, sdp: answer, event, room: admitted.room };
    } finally {
      this.#end(page, controller);
    }
  }

  /** @throws ApiError 409 `not-inside` */
  inside(page: Page, room: string): Place {
    const place = this.#find(page, room);
    if (!place) throw notInside();
    return place;
  }

  /** Names of who is in a room with members of this front. */
  namesIn(room: string): readonly string[] {
    return this.#rosters.get(room)?.state?.members.map(({ name }) => name) ?? [];
  }

  /** @throws ApiError 409 `not-inside` */
  report(page: Page, room: string, report: MemberReport): void {
    this.inside(page, room).report(report);
  }

  /**
   * Says something to all in the room, or to one.
   * @throws ApiError 409 `not-inside`, 400 `empty-text`, 413 `too-large`, and why the room did not take it
   */
  async say(page: Page, room: string, text: string, to: string | undefined): Promise<void> {
    const { domain } = this.#options;
    const place = this.inside(page, room);
    await place.say({ text: sayable(text), from: domain.addressOf(place.name), to: domain.addressOf(to ?? roomName(room)) });
  }

  /** @throws ApiError 409 `not-inside` */
  leave(page: Page, room: string): void {
    void this.inside(page, room).leave();
  }

  /** A page that lost its connection is back. @throws ApiError 409 `not-inside` */
  resume(page: Page, room: string): void {
    const place = this.#find(page, room) ?? [...this.#membersOf(room)].find(({ viewer }) => viewer === page.viewer);
    if (!place) throw notInside();
    place.resume(page);
    this.#show(place);
  }

  /** The viewer is called otherwise from now on: those who see him are told. */
  renamed(viewer: Viewer): void {
    for (const place of this.#all()) if (place.viewer === viewer) place.report({ name: viewer.name });
  }

  /** Shows out everybody of this front who is in a room. */
  shutOut(room: string, reason: LeftReason): void {
    for (const place of [...this.#membersOf(room)]) place.showOut(reason);
  }

  /** Everybody who is in a room, as calls to it that run. */
  *running(): Iterable<Place> {
    yield* this.#all();
  }

  /** Leaves every room; the agent waits for the answers when it is closed. */
  async close(): Promise<void> {
    for (const joining of this.#joining.values()) for (const controller of joining) controller.abort();
    await Promise.all([...this.#all()].map((place) => place.leave()));
  }

  #begin(page: Page, room: string): AbortController {
    const joining = this.#joining.get(page) ?? new Set();
    const inside = [...this.#all()].filter((place) => place.belongsTo(page) && place.room !== room);
    if (inside.length + joining.size >= MAX_ROOMS_PER_PAGE) throw new ApiError(429, 'too-many-requests', 'This page is in a room already: leave it first.');
    const controller = new AbortController();
    this.#joining.set(page, joining.add(controller));
    return controller;
  }

  #end(page: Page, controller: AbortController): void {
    const joining = this.#joining.get(page);
    joining?.delete(controller);
    if (joining?.size === 0) this.#joining.delete(page);
  }

  #add(place: Place): void {
    const { room } = place;
    const members = this.#members.get(room) ?? new Set();
    this.#members.set(room, members.add(place));
    if (!this.#rosters.has(room)) {
      this.#rosters.set(room, new Roster({ ...this.#options, room, onState: (state) => this.#tell(room, state) }));
    } else {
      this.#show(place);
    }
  }

  #forget(place: Place): void {
    const members = this.#members.get(place.room);
    members?.delete(place);
    if (members?.size !== 0) return;
    this.#members.delete(place.room);
    this.#rosters.get(place.room)?.close();
    this.#rosters.delete(place.room);
  }

  #tell(room: string, state: RoomState): void {
    for (const place of this.#membersOf(room)) place.tell({ type: 'room', room, ...state });
  }

  #show(place: Place): void {
    const state = this.#rosters.get(place.room)?.state;
    if (state) place.tell({ type: 'room', room: place.room, ...state });
  }

  #hear(place: Place, incoming: IncomingRequest): void {
    const said = readRoomText(incoming.request);
    if (!said) {
      incoming.reply(415, { headers: { Accept: 'message/cpim' } });
      return;
    }
    incoming.reply(200);
    const { room } = place;
    const { from, to, text } = said;
    const member = this.#rosters.get(room)?.state?.members.find(({ name }) => name === from)?.id;
    const time = said.time ?? new Date(this.#options.now()).toISOString();
    place.tell({ type: 'text', room, from: from ?? null, ...(member === undefined ? {} : { member }), to: to ?? null, time, text, private: to !== undefined });
  }

  #find(page: Page, room: string): Place | undefined {
    return [...this.#membersOf(room)].find((place) => place.belongsTo(page));
  }

  #membersOf(room: string): Iterable<Place> {
    return this.#members.get(room) ?? [];
  }

  *#all(): Iterable<Place> {
    for (const members of this.#members.values()) yield* members;
  }
}
