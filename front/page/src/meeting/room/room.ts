/** Being in one room: runs the machine of room-state.ts and carries out what it asks for. */
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { failureOf, type Failure } from '../../connection/failure.ts';
import type { EventOf } from '../../connection/events.ts';
import type { Member, Room as RoomInfo } from '../../connection/room.ts';
import type { Timing } from '../../connection/timing.ts';
import { Chat } from '../chat/chat.ts';
import { readTime } from '../chat/chat-log.ts';
import type { LocalMedia } from '../devices/local-media.ts';
import type { Gathering } from '../gathering.ts';
import { NO_TRACKS, TRACK_KINDS, type Participant, type TrackKind, type Tracks } from '../participant.ts';
import type { Wire } from '../wire.ts';
import { comings, type Comings } from './comings.ts';
import type { RoomPeer, RoomPeerOptions } from './room-peer.ts';
import { OUTSIDE, roomStep, type RoomEffect, type RoomEvent, type RoomState } from './room-state.ts';

export interface RoomOptions {
  readonly id: string;
  readonly key: string | undefined;
  readonly wire: Wire;
  readonly media: LocalMedia;
  /** The name that oneself goes by. */
  readonly name: () => string;
  readonly newPeer: (onEvent: RoomPeerOptions['onEvent']) => Promise<RoomPeer>;
  readonly timing: Timing;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly date: () => number;
  readonly link: string;
  readonly onComings: (comings: Comings) => void;
  readonly onText: (from: string, text: string) => void;
  /** Asks somebody in. */
  readonly onInvite: (name: string) => void;
  readonly onInside: () => void;
  /** The joining has come to nothing, or the room is left. */
  readonly onOutside: () => void;
}

/** Sizes are told when the stage has rested this long. */
const SIZES_REST_MS = 300;

export class Room implements Gathering {
  readonly kind = 'room';
  readonly id: string;
  readonly key: string | undefined;
  readonly chat: Chat;
  readonly #options: RoomOptions;
  readonly #state = signal<RoomState>(OUTSIDE);
  readonly #info = signal<RoomInfo | undefined>(undefined);
  readonly #members = signal<readonly Member[] | undefined>(undefined);
  readonly #speaking = signal<string | undefined>(undefined);
  readonly #self = signal<string | undefined>(undefined);
  readonly #peer = signal<RoomPeer | undefined>(undefined);
  readonly #since = signal<number | undefined>(undefined);
  readonly #link = signal<string | undefined>(undefined);
  readonly #everConnected = signal(false);
  readonly #ends: (() => void)[] = [];
  #password: string | undefined;
  #release: (() => void) | undefined;
  #cancelTimer: () => void = () => undefined;
  #cancelSizes: () => void = () => undefined;
  #sizes: Readonly<Record<string, number>> = {};
  #toldSizes = '';
  /** Descriptions are set one after the other. */
  #descriptions: Promise<unknown> = Promise.resolve();
  readonly #greeted = new Set<string>();

  readonly title = computed(() => this.#info.value?.title ?? '');
  readonly interrupted = computed(() => this.#state.value.phase.kind !== 'inside' || this.#state.value.phase.interrupted);
  readonly participants = computed<readonly Participant[]>(() => this.#participants());

  constructor(options: RoomOptions) {
    this.#options = options;
    this.id = options.id;
    this.key = options.key;
    this.#link.value = options.link;
    this.chat = new Chat({
      now: options.date,
      send: async (text, to) => {
        await options.wire.request('say', { room: this.id, text, ...(to === undefined ? {} : { to }) });
      },
      onHeard: ({ from, text }) => from !== undefined && options.onText(from, text),
    });
    this.#release = options.media.hold();
    this.#listen();
  }

  get state(): ReadonlySignal<RoomState> {
    return this.#state;
  }

  /** What is known of the room; undefined for rooms in no list, such as a call's. */
  get info(): ReadonlySignal<RoomInfo | undefined> {
    return this.#info;
  }

  setInfo(info: RoomInfo | undefined): void {
    this.#info.value = info;
  }

  get speaking(): ReadonlySignal<string | undefined> {
    return this.#speaking;
  }

  get since(): ReadonlySignal<number | undefined> {
    return this.#since;
  }

  get link(): ReadonlySignal<string | undefined> {
    return this.#link;
  }

  /** Whether media has flowed at all since one came in. */
  get everConnected(): ReadonlySignal<boolean> {
    return this.#everConnected;
  }

  get peer(): ReadonlySignal<RoomPeer | undefined> {
    return this.#peer;
  }

  /** @param password where the room has one */
  join(password?: string): void {
    this.#password = password === '' ? undefined : password;
    this.dispatch({ type: 'join' });
  }

  leave(): void {
    this.dispatch({ type: 'leave' });
  }

  stats(): Promise<RTCStatsReport> | undefined {
    return this.#peer.peek()?.stats();
  }

  invite(name: string): void {
    this.#options.onInvite(name);
  }

  retryNow(): void {
    this.dispatch({ type: 'retry-now' });
  }

  /** Ends it for good. */
  stop(): void {
    this.leave();
    for (const end of this.#ends.splice(0)) end();
    this.#cancelTimer();
    this.#cancelSizes();
    this.#letGo();
  }

  showAt(heights: ReadonlyMap<string, number>): void {
    this.#sizes = Object.fromEntries([...heights].filter(([member]) => member !== this.#self.peek()));
    this.#cancelSizes();
    this.#cancelSizes = this.#options.timing.after(SIZES_REST_MS, () => this.#tellSizes());
  }

  dispatch(event: RoomEvent): void {
    const { state, effects } = roomStep(this.#state.peek(), event, { now: this.#options.timing.now(), random: this.#options.random });
    this.#state.value = state;
    for (const each of effects) this.#carryOut(each);
    if (state.phase.kind === 'outside' || state.phase.kind === 'left') this.#options.onOutside();
  }

  #carryOut(step: RoomEffect): void {
    switch (step.type) {
      case 'join':
        void this.#join();
        return;
      case 'drop':
        this.#drop();
        if (this.#state.peek().phase.kind === 'left') this.#letGo();
        return;
      case 'say-leave':
        void this.#options.wire.request('leave', { room: this.id }).catch(() => undefined);
        return;
      case 'timer':
        this.#cancelTimer();
        this.#cancelTimer = this.#options.timing.after(step.ms, () => this.dispatch({ type: 'timer' }));
        return;
      case 'no-timer':
        this.#cancelTimer();
        return;
    }
  }

  async #join(): Promise<void> {
    this.#drop();
    const { wire, newPeer } = this.#options;
    let peer: RoomPeer | undefined;
    try {
      peer = await newPeer((event) => this.#onPeer(peer, event));
      if (this.#state.peek().phase.kind !== 'joining') { peer.close(); return; }
      this.#peer.value = peer;
      const sdp = await peer.offer();
      const body = { ...(this.key === undefined ? {} : { key: this.key }), ...(this.#password === undefined ? {} : { password: this.#password }) };
      const joined = await wire.request('join', { room: this.id, sdp, ...body });
      if (peer !== this.#peer.peek()) {
        // Left while the answer was under way.
        if (this.#state.peek().phase.kind === 'left') void wire.request('leave', { room: this.id }).catch(() => undefined);
        return;
      }
      batch(() => {
        this.#self.value = joined.member;
        if (joined.room) this.#info.value = joined.room;
        this.#since.value ??= this.#options.timing.now();
      });
      this.dispatch({ type: 'joined' });
      await this.#inTurn(() => peer?.accept(joined.sdp));
      if (peer !== this.#peer.peek()) return;
      this.#toldSizes = '';
      this.#tellSizes();
      this.chat.setReady(true);
      this.#options.onInside();
    } catch (error) {
      if (peer !== this.#peer.peek()) return;
      this.dispatch(this.#state.peek().phase.kind === 'joining' ? { type: 'failed', failure: readable(error) } : { type: 'lost' });
    }
  }

  #listen(): void {
    const { wire, media } = this.#options;
    const mine = <T extends { readonly room?: string | undefined }>(act: (event: T) => void) => (event: T): void => {
      if (event.room === this.id && this.#state.peek().phase.kind !== 'outside') act(event);
    };
    this.#ends.push(
      wire.on('offer', mine((event: EventOf<'offer'>) => this.#onOffer(event))),
      wire.on('room', mine((event: EventOf<'room'>) => this.#onRoom(event))),
      wire.on('text', mine((event: EventOf<'text'>) => this.#onText(event))),
      wire.on('left', mine(({ reason, error, message }: EventOf<'left'>) => this.dispatch({ type: 'shown-out', reason, ...(error && { failure: { id: error, detail: message } }) }))),
      wire.on('resumed', () => void this.#resume()),
      effect(() => this.#sendTracks()),
      effect(() => this.#tellMedia(media.state.value, this.#state.value.phase.kind === 'inside')),
    );
  }

  /** The socket is back: front may have kept our place. */
  async #resume(): Promise<void> {
    const { phase } = this.#state.peek();
    if (phase.kind === 'returning') { this.dispatch({ type: 'retry-now' }); return; }
    if (phase.kind !== 'inside') return;
    const peer = this.#peer.peek();
    try {
      await this.#options.wire.request('resume', { room: this.id });
    } catch (error) {
      if (peer === this.#peer.peek() && failureOf(error).id !== 'service-away') this.dispatch({ type: 'forgotten' });
    }
  }

  #onOffer({ offer, sdp }: EventOf<'offer'>): void {
    const peer = this.#peer.peek();
    if (!peer) return;
    void this.#inTurn(async () => {
      if (peer !== this.#peer.peek()) return;
      const answer = await peer.answer(sdp);
      await this.#options.wire.request('answer', { room: this.id, offer, sdp: answer });
    }).catch((error: unknown) => {
      // A connection whose sections are out of step is made anew; one without a service waits for it.
      if (peer === this.#peer.peek() && failureOf(error).id !== 'service-away') this.dispatch({ type: 'lost' });
    });
  }

  #inTurn<T>(act: () => Promise<T> | undefined): Promise<T | undefined> {
    const turn = this.#descriptions.then(act);
    this.#descriptions = turn.catch(() => undefined);
    return turn;
  }

  #onRoom({ members, speaking }: EventOf<'room'>): void {
    const self = this.#self.peek() ?? '';
    const change = comings(this.#members.peek(), members, self);
    batch(() => {
      this.#members.value = members;
      this.#speaking.value = speaking ?? undefined;
    });
    if (change.came.length > 0 || change.went.length > 0) this.#options.onComings(change);
  }

  #onText({ from, member, to, time, text, private: isPrivate }: EventOf<'text'>): void {
    if (member !== undefined && member === this.#self.peek()) return;
    if (from === null) {
      // Whoever comes back is greeted again, and need not read it twice.
      if (this.#greeted.has(text)) return;
      this.#greeted.add(text);
    }
    this.chat.hear({ from: from ?? undefined, to: isPrivate ? to : undefined, private: isPrivate, at: readTime(time), text });
  }

  #sendTracks(): void {
    const { media } = this.#options;
    const peer = this.#peer.value;
    const tracks: Record<TrackKind, MediaStreamTrack | undefined> = { audio: media.microphone.value, camera: media.camera.value, screen: media.screen.value };
    if (!peer) return;
    for (const kind of TRACK_KINDS) void peer.send(kind, tracks[kind]).catch(() => undefined);
  }

  #tellMedia(state: { audio: boolean; video: boolean; screen: boolean }, inside: boolean): void {
    if (inside) void this.#options.wire.request('media', { room: this.id, ...state }).catch(() => undefined);
  }

  #tellSizes(): void {
    const told = JSON.stringify(this.#sizes);
    if (this.#state.peek().phase.kind !== 'inside' || told === this.#toldSizes || told === '{}') return;
    this.#toldSizes = told;
    void this.#options.wire.request('sizes', { room: this.id, sizes: this.#sizes }).catch(() => undefined);
  }

  #onPeer(peer: RoomPeer | undefined, event: 'connected' | 'interrupted' | 'failed'): void {
    if (peer === undefined || peer !== this.#peer.peek()) return;
    if (event === 'connected') this.#everConnected.value = true;
    this.dispatch({ type: event === 'failed' ? 'lost' : event });
  }

  #participants(): readonly Participant[] {
    const { media, name } = this.#options;
    const self = this.#self.value;
    const tracks = this.#peer.value?.tracks.value;
    const others = (this.#members.value ?? []).filter(({ id }) => id !== self).map((member) => ({ ...member, self: false, tracks: tracks?.get(member.id) ?? NO_TRACKS }));
    const own: Tracks = { camera: media.camera.value, screen: media.screen.value };
    const ownName = this.#members.value?.find(({ id }) => id === self)?.name ?? name();
    return [...others, { id: self ?? 'self', name: ownName, self: true, ...media.state.value, tracks: own }];
  }

  #drop(): void {
    const peer = this.#peer.peek();
    this.#peer.value = undefined;
    this.#speaking.value = undefined;
    peer?.close();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

/** A browser that cannot make the connection says so with an exception of its own. */
function readable(error: unknown): Failure {
  if (error instanceof DOMException || error instanceof TypeError) return { id: 'no-webrtc', detail: error.message };
  return failureOf(error);
}
