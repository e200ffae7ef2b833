/** The lobby's parts put together: the list of rooms, the people, and what is said of their comings and goings. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Account } from './accounts/account.ts';
import type { Directory } from './connection/directory.ts';
import type { Events } from './connection/events.ts';
import type { HttpOptions } from './connection/http.ts';
import { OperatorApi } from './connection/operator.ts';
import type { Person } from './connection/person.ts';
import type { Room } from './connection/room.ts';
import { RoomsApi } from './connection/rooms.ts';
import { browserTiming } from './connection/timing.ts';
import { Arrivals } from './people/arrivals.ts';
import { RoomList } from './rooms/room-list.ts';
import { roomLink } from './rooms/room-link.ts';
import type { Route, ScreenName } from './routing/route.ts';
import type { Announcer } from './shell/announcer.ts';
import type { Notices } from './shell/notices.ts';
import { localStore } from './storage/local.ts';
import { lobbyWords } from './strings/lobby-words.ts';

export interface LobbyOptions {
  readonly http: HttpOptions;
  readonly account: Account;
  readonly directory: Directory;
  readonly events: Events;
  readonly notices: Notices;
  readonly announcer: Announcer;
  readonly route: ReadonlySignal<Route>;
}

/** Where it is seen who comes and goes; elsewhere one watches or talks, and is left alone. */
const SEEN_ON: readonly ScreenName[] = ['wall', 'rooms', 'people'];

export class Lobby {
  readonly rooms: RoomList;
  readonly roomsApi: RoomsApi;
  readonly operatorApi: OperatorApi;
  readonly #options: LobbyOptions;
  readonly #people = signal<readonly Person[] | undefined>(undefined);
  readonly #arrivals = new Arrivals({
    timing: browserTiming,
    onCame: (names) => this.#tell(lobbyWords.people.came(names)),
    onLeft: (names) => this.#tell(lobbyWords.people.left(names)),
  });

  constructor(options: LobbyOptions) {
    const { http, account, directory, announcer } = options;
    this.#options = options;
    this.roomsApi = new RoomsApi(http);
    this.operatorApi = new OperatorApi(http);
    this.rooms = new RoomList({
      fetch: async (wanted) => this.roomsApi.list({ ...wanted, bearer: await this.#bearer() }),
      isTold: () => directory.service.peek().state === 'live',
      timing: browserTiming,
      random: () => Math.random(),
      orderStore: localStore('room-order'),
      onCreated: (rooms) => this.#tellOfRooms(rooms),
      onFound: (count) => announcer.say(lobbyWords.rooms.found(count)),
    });
    this.#listen(options.events);
    // One's own private rooms depend on who asks.
    account.user.subscribe(() => this.rooms.changed());
  }

  /** Everybody who is online but oneself; undefined until front has told of them. */
  get people(): ReadonlySignal<readonly Person[] | undefined> {
    return this.#people;
  }

  /** Nobody is signed in. */
  forget(): void {
    this.#people.value = undefined;
    this.#arrivals.forget();
    this.rooms.forget();
  }

  #listen(events: Events): void {
    events.on('people', ({ people }) => {
      this.#people.value = people;
      // While signaling is away nobody is known to have gone.
      if (this.#options.directory.signaling.peek() === 'up') this.#arrivals.heard(people);
    });
    events.on('rooms', () => this.rooms.changed());
    events.on('occupancy', ({ rooms }) => this.rooms.occupied(rooms));
    events.on('connected', () => this.rooms.changed());
    events.on('resumed', () => this.rooms.changed());
  }

  /** Public rooms are for all: where the account cannot be reached they are listed without it. */
  async #bearer(): Promise<string | undefined> {
    return this.#options.account.bearer().catch(() => undefined);
  }

  #tell(text: string): void {
    if (SEEN_ON.includes(this.#options.route.peek().screen)) this.#options.notices.show({ text, tone: 'plain' });
  }

  #tellOfRooms(rooms: readonly Room[]): void {
    const [room] = rooms;
    if (!room) return;
    const one = rooms.length === 1;
    this.#options.notices.show({
      text: one ? lobbyWords.rooms.appeared(room.title) : lobbyWords.rooms.appearedMany(rooms.length),
      tone: 'plain',
      ...(one && { link: { label: lobbyWords.rooms.join, href: roomLink(room) } }),
    });
  }
}
