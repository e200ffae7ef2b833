/** Calls and rooms of this page put together: its devices, the room in the address, the call one is in, and what is said in passing. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Room as RoomInfo } from '../connection/room.ts';
import type { Timing } from '../connection/timing.ts';
import type { Route } from '../routing/route.ts';
import type { TextStore } from '../storage/local.ts';
import { words } from '../strings/meeting.ts';
import { Awake } from './awake.ts';
import { CallPeer } from './call/call-peer.ts';
import { Calls } from './call/calls.ts';
import { LocalMedia } from './devices/local-media.ts';
import { newsText, type NewsText } from './news-text.ts';
import { RoomPeer } from './room/room-peer.ts';
import { Room } from './room/room.ts';
import { Sounds } from './sounds.ts';
import type { Wire } from './wire.ts';

export interface MeetingsOptions {
  readonly wire: Wire;
  readonly name: () => string;
  readonly timing: Timing;
  readonly random: () => number;
  readonly deviceStore: TextStore;
  readonly gatherFully: boolean;
  readonly iceServers: () => RTCIceServer[];
  /** What is known of a room; rejects for rooms in no list. */
  readonly roomInfo: (id: string) => Promise<RoomInfo>;
  readonly go: (route: Route) => void;
  readonly show: (text: NewsText) => void;
  /** Says something to screen readers only. */
  readonly announce: (text: string) => void;
}

interface Awaited {
  readonly id: string;
  readonly done: (inside: boolean) => void;
}

export class Meetings {
  readonly media: LocalMedia;
  readonly calls: Calls;
  readonly #options: MeetingsOptions;
  readonly #room = signal<Room | undefined>(undefined);
  readonly #sounds = new Sounds();
  readonly #awake = new Awake();
  readonly #isTalking = computed(() => this.#room.value?.state.value.phase.kind === 'inside' || this.calls.active.value?.state.value.phase.kind === 'talking');
  /** A room that is entered without asking further, since its invitation was accepted. */
  #awaited: Awaited | undefined;

  constructor(options: MeetingsOptions) {
    this.#options = options;
    const { wire, name, timing } = options;
    const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
    this.media = new LocalMedia({
      source: devices,
      isSecureContext,
      hasWebRtc: typeof RTCPeerConnection === 'function',
      store: options.deviceStore,
      onNewDevice: ({ label }) => options.show({ text: words.devices.plugged(label), tone: 'plain' }),
    });
    this.calls = new Calls({
      wire,
      media: this.media,
      name,
      timing,
      date: () => Date.now(),
      newPeer: (on) => Promise.resolve(new CallPeer({ ...on, iceServers: options.iceServers() })),
      onText: (from, text) => options.announce(words.chat.heard(from, text)),
      enterRoom: (id, key) => this.#enter(id, key),
      roomInside: () => this.#inside(),
      leaveRoom: () => this.#room.peek()?.leave(),
      tell: (news) => {
        const text = newsText(news);
        if (text) options.show(text);
      },
    });
    effect(() => this.#sound());
    effect(() => this.#awake.keep(this.#isTalking.value));
  }

  /** The room in the address. */
  get room(): ReadonlySignal<Room | undefined> {
    return this.#room;
  }

  /** To be called when the address changes, and when somebody signs in or out. @param route undefined while nobody is signed in */
  follow(route: Route | undefined): void {
    const wanted = route?.screen === 'room' ? route : undefined;
    if (!route) this.calls.stop();
    const present = this.#room.peek();
    if (present?.id === wanted?.id && present?.key === wanted?.key) return;
    present?.stop();
    this.#room.value = wanted && this.#newRoom(wanted.id, wanted.key);
    if (this.#awaited && this.#awaited.id !== wanted?.id) this.#settle(false);
    else if (this.#awaited) this.#room.peek()?.join();
  }

  /** The page closes: whoever is on the other side hears at once. */
  close(): void {
    this.#room.peek()?.leave();
    this.calls.stop();
  }

  /** Goes in again after one has left. */
  again(): void {
    const room = this.#room.peek();
    if (!room) return;
    room.stop();
    this.#room.value = this.#newRoom(room.id, room.key);
  }

  #newRoom(id: string, key: string | undefined): Room {
    const { wire, name, timing, random, gatherFully, iceServers } = this.#options;
    const room: Room = new Room({
      id,
      key,
      wire,
      media: this.media,
      name,
      timing,
      random,
      date: () => Date.now(),
      link: location.href,
      newPeer: (onEvent) => Promise.resolve(new RoomPeer({ onEvent, gatherFully, iceServers: iceServers() })),
      onComings: ({ came, went }) => {
        if (came.length > 0) this.#options.show({ text: words.comings.came(came), tone: 'plain' });
        if (went.length > 0) this.#options.show({ text: words.comings.went(went), tone: 'plain' });
        if (came.length > 0) this.#sounds.came();
        else this.#sounds.went();
      },
      onText: (from, text) => this.#options.announce(words.chat.heard(from, text)),
      onInvite: (person) => void this.calls.invite(person, { id, key: room.info.peek()?.key ?? key }),
      onInside: () => this.#settle(true),
      onOutside: () => this.#settle(false),
    });
    // Whoever is asked in learns it with joining; a call's room is in no list at all.
    if (this.#awaited?.id !== id) this.#options.roomInfo(id).then((info) => room.setInfo(info), () => undefined);
    return room;
  }

  #enter(id: string, key: string | undefined): Promise<boolean> {
    this.#settle(false);
    const inside = this.#inside();
    if (inside?.id === id) return Promise.resolve(true);
    return new Promise((done) => {
      this.#awaited = { id, done };
      const present = this.#room.peek();
      if (present?.id === id && present.key === key) {
        // Its screen is open, and nobody had joined yet.
        if (present.state.peek().phase.kind === 'left') this.again();
        this.#room.peek()?.join();
      } else this.#options.go({ screen: 'room', id, key });
    });
  }

  #settle(inside: boolean): void {
    const awaited = this.#awaited;
    this.#awaited = undefined;
    awaited?.done(inside);
  }

  #inside(): { id: string; key: string | undefined } | undefined {
    const room = this.#room.peek();
    return room?.state.peek().phase.kind === 'inside' ? { id: room.id, key: room.info.peek()?.key ?? room.key } : undefined;
  }

  #sound(): void {
    const ringing = this.calls.rings.value.length > 0;
    const phase = this.calls.active.value?.state.value.phase;
    this.#sounds.repeat(ringing ? 'ring' : phase?.kind === 'ringing' && phase.heard ? 'ringback' : undefined);
  }
}
