/** What one person has open at a moment: a page, perhaps a place in a room with its media, a call, a film. */
import { callAnswer } from '../../support/front/call-sdp.ts';
import type { Client } from '../../support/front/client.ts';
import type { LoadViewer } from '../media/viewer/load-viewer.ts';
import type { BenchCertificate } from '../media/viewer/peer-connection.ts';
import type { Chance } from './chance.ts';
import { RoomMember } from './media/room-member.ts';
import type { RoomClip } from './media/room-clip.ts';
import { SoakPage, type Message } from './page.ts';
import type { Tally } from './tally.ts';

/** What all people of a soak share. */
export interface Surroundings {
  readonly host: string;
  readonly clip: RoomClip;
  readonly certificate: BenchCertificate;
  readonly tally: Tally;
  readonly streamers: readonly string[];
  /** Ids of the rooms that people go to. */
  readonly rooms: string[];
}

const ANSWER = callAnswer();
/** Nobody answers at once. */
const RING_MS = [50, 1_500] as const;

export class Visit {
  client: Client;
  page!: SoakPage;
  room: { readonly id: string; readonly media: RoomMember } | undefined;
  call: string | undefined;
  film: LoadViewer | undefined;
  readonly surroundings: Surroundings;
  readonly #chance: Chance;
  readonly #timers = new Set<NodeJS.Timeout>();
  #over = false;

  constructor(client: Client, surroundings: Surroundings, chance: Chance) {
    this.client = client;
    this.surroundings = surroundings;
    this.#chance = chance;
  }

  async open(): Promise<void> {
    this.page = await SoakPage.open(this.client, (message, page) => {
      // What a former page is still told does not matter.
      if (this.page === page) this.#hear(message);
    });
  }

  /** @throws PageClosedError, UnansweredError */
  async ask(type: string, body: object = {}): Promise<Message | undefined> {
    return this.surroundings.tally.note(type, await this.page.ask(type, body));
  }

  /** Whether the page may be taken to be busy. */
  get isBusy(): boolean {
    return this.room !== undefined || this.call !== undefined;
  }

  async join(room: string): Promise<void> {
    const { host, certificate, clip, tally } = this.surroundings;
    const media = await RoomMember.open({ host, certificate, clip, random: this.#chance.next });
    try {
      media.show({ audio: true, video: this.#chance.is(0.7) });
      const joined = await this.ask('join', { room, sdp: media.offer() });
      if (!joined || this.#over) {
        media.close();
        return;
      }
      this.endMedia();
      this.room = { id: room, media };
      media.accept(String(joined['sdp']));
    } catch (error) {
      media.close();
      throw error;
    }
    media.connected.then(
      () => tally.add('media of a room'),
      (error: unknown) => {
        if (!media.isClosed) tally.fault(`media of a room: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }

  /** He is in no room any more, as far as he knows. */
  endMedia(): void {
    const { room } = this;
    this.room = undefined;
    if (!room) return;
    room.media.close();
    this.surroundings.tally.add('packets sent into rooms', room.media.sent);
    this.surroundings.tally.add('packets heard in rooms', room.media.arrivals.received);
  }

  /** All media falls silent, as if the machine were gone. */
  silence(): void {
    this.#over = true;
    this.endMedia();
    this.film?.close();
    this.film = undefined;
    this.call = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #hear(message: Message): void {
    const { call, room } = message;
    switch (message['type']) {
      case 'invited':
        this.#ring(message);
        break;
      case 'answered':
        if (call === this.call) this.surroundings.tally.add('a call is answered');
        break;
      case 'ended':
        this.surroundings.tally.add(`ended: ${String(message['reason'] ?? message['streamer'])}`);
        if (call === this.call) this.call = undefined;
        break;
      case 'offer':
        if (room === this.room?.id && this.room) this.#attempt('answer', { room, offer: message['offer'], sdp: this.room.media.answer(String(message['sdp'])) });
        break;
      case 'left':
        this.surroundings.tally.add(`left: ${String(message['reason'])}`);
        if (room === this.room?.id) this.endMedia();
        break;
      case 'text':
        this.surroundings.tally.add('a text is heard');
        break;
    }
  }

  /** He accepts, declines, or does not hear it. */
  #ring(message: Message): void {
    const [call, room] = [message['call'] as string, message['room'] as string | undefined];
    const choice = this.#chance.weighted([['accept', 6], ['decline', 2], ['nothing', 2]] as const);
    if (choice === 'nothing') {
      this.surroundings.tally.add('an invitation is not heard');
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (choice === 'decline') this.#attempt('decline', { call });
      else if (room === undefined) this.#accept(call);
      else void this.#follow(call, room);
    }, this.#chance.between(...RING_MS));
    this.#timers.add(timer);
  }

  #accept(call: string): void {
    if (this.isBusy) {
      this.#attempt('decline', { call });
      return;
    }
    this.call = call;
    this.#attempt('accept', { call, sdp: ANSWER }, () => {
      if (this.call === call) this.call = undefined;
    });
  }

  async #follow(call: string, room: string): Promise<void> {
    try {
      if (await this.ask('accept', { call })) await this.join(room);
    } catch (error) {
      this.surroundings.tally.failed('accept an invitation into a room', error);
    }
  }

  #attempt(type: string, body: object, refused: () => void = () => undefined): void {
    this.ask(type, body).then(
      (answer) => {
        if (!answer) refused();
      },
      (error: unknown) => this.surroundings.tally.failed(type, error),
    );
  }
}
