/** Puts the page together: who is signed in decides whether the feed runs, and the address what is shown. */
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { Account } from './accounts/account.ts';
import { Api } from './connection/api.ts';
import { Directory, listChange } from './connection/directory.ts';
import { Events, type EventOf } from './connection/events.ts';
import { Feed, type FeedState } from './connection/feed.ts';
import type { HttpOptions } from './connection/http.ts';
import type { ServerMessage } from './connection/messages.ts';
import { Requests } from './connection/requests.ts';
import { DEFAULT_SETTINGS, fetchSettings, type Settings } from './connection/settings.ts';
import { browserTiming } from './connection/timing.ts';
import { LivePeer } from './live/live-peer.ts';
import { Live } from './live/live.ts';
import { WhipClient } from './live/whip-client.ts';
import { Lobby } from './lobby.ts';
import type { IceSettings } from './meeting/ice-settings.ts';
import { Meetings } from './meeting/meetings.ts';
import { Sound } from './player/sound.ts';
import { Watching } from './player/watching.ts';
import type { Watch } from './player/watch.ts';
import { linkWithin } from './routing/link-within.ts';
import { formatRoute, parseRoute, sameRoute, type Route } from './routing/route.ts';
import { Announcer } from './shell/announcer.ts';
import { Notices } from './shell/notices.ts';
import { Identity } from './sign-in/identity.ts';
import type { Session } from './sign-in/session.ts';
import { localStore } from './storage/local.ts';
import { lobbyWords } from './strings/lobby-words.ts';
import { words } from './strings/words.ts';
import { applyTheme, ThemeChoice } from './theme/theme.ts';

/** So many comings and goings are said one by one; a longer list would only be noise to a listener. */
const MAX_ANNOUNCED = 2;

export class App {
  readonly directory = new Directory();
  /** What front tells, for whoever wants to hear it. */
  readonly events = new Events();
  readonly requests = new Requests({ send: (text) => this.#feed.send(text), timing: browserTiming });
  readonly announcer = new Announcer();
  readonly notices = new Notices(browserTiming, (text) => this.announcer.say(text));
  readonly sound = new Sound(localStore('sound'));
  readonly theme = new ThemeChoice(localStore('theme'), applyTheme);
  readonly identity: Identity;
  readonly account: Account;
  readonly session: Session;
  readonly lobby: Lobby;
  readonly meetings: Meetings;
  readonly live: Live;
  readonly #http: HttpOptions = { fetch: (...request) => fetch(...request) };
  readonly #api = new Api(this.#http);
  readonly #feed: Feed;
  readonly #watching: Watching;
  readonly #route = signal<Route>(parseRoute(location.hash));
  readonly #settings = signal<Settings>(DEFAULT_SETTINGS);
  #wasConnected = false;

  constructor() {
    const [timing, random] = [browserTiming, (): number => Math.random()];
    this.identity = new Identity({
      http: this.#http,
      api: this.#api,
      timing,
      random,
      onAccountLost: () => this.#onAccountLost(),
      // Whoever comes next begins at the beginning.
      onSignedOut: () => this.go({ screen: 'wall' }),
    });
    this.account = this.identity.account;
    this.session = this.identity.session;
    this.lobby = new Lobby({ http: this.#http, account: this.account, directory: this.directory, events: this.events, notices: this.notices, announcer: this.announcer, route: this.#route });
    this.meetings = this.#newMeetings();
    this.live = this.#newLive();
    this.#watching = new Watching({ api: this.#api, directory: this.directory, session: this.session, ice: () => this.#ice() });
    this.#feed = new Feed({
      openSocket: () => new WebSocket(this.#socketAddress()),
      poll: () => this.#api.streamers(this.session.name),
      register: () => this.session.renew(),
      timing,
      random,
      onState: (state, retryInMs) => this.#onFeedState(state, retryInMs),
      onMessage: (message) => this.#onMessage(message),
      onDropped: () => this.#onDropped(),
    });
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  get watch(): ReadonlySignal<Watch | undefined> {
    return this.#watching.watch;
  }

  /** What front allows. */
  get settings(): ReadonlySignal<Settings> {
    return this.#settings;
  }

  start(): void {
    addEventListener('hashchange', () => this.#follow(location.hash));
    addEventListener('click', (event) => this.#onClick(event));
    addEventListener('online', () => {
      this.#setOffline(false);
      this.#watching.surroundingsChanged();
    });
    addEventListener('offline', () => this.#setOffline(true));
    addEventListener('pagehide', () => {
      this.#watching.leaveByBeacon();
      this.meetings.close();
      this.live.stop();
    });
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.#returnFromCache();
    });
    addEventListener('storage', (event) => this.identity.storedElsewhere(event));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#feed.nudge();
      this.#watching.surroundingsChanged();
    });
    effect(() => this.#runFeed());
    effect(() => this.#chooseWatch());
    effect(() => this.#chooseRoom());
    effect(() => this.#leaveSignIn());
    void this.#askSettings();
    void this.session.resume();
  }

  /** Tries at once to reach the service. */
  tryNow(): void {
    this.#feed.nudge();
  }

  /** Watches here, although another tab does. */
  watchHere(): void {
    this.#watching.watchHere();
  }

  go(route: Route): void {
    location.hash = formatRoute(route);
  }

  /** Rings somebody. */
  call(name: string): void {
    this.meetings.calls.startCall(name);
  }

  /** The browser tells of another address only some milliseconds after the click that leads there; nobody needs to wait for that. */
  #onClick(event: MouseEvent): void {
    const hash = linkWithin(event);
    if (hash !== undefined) this.#follow(hash);
  }

  #follow(hash: string): void {
    const route = parseRoute(hash);
    if (!sameRoute(route, this.#route.peek())) this.#route.value = route;
  }

  #runFeed(): void {
    if (this.session.state.value.kind === 'in') this.#feed.start();
    else {
      this.#feed.stop();
      this.#wasConnected = false;
      this.directory.forget();
      this.lobby.forget();
      untracked(() => this.live.stop());
    }
  }

  #chooseWatch(): void {
    const session = this.session.state.value;
    const route = this.#route.value;
    this.#watching.choose(session.kind === 'in' && route.screen === 'watch' ? route.streamer : undefined);
    if (session.kind !== 'in' || route.screen !== 'watch') this.#watching.expect(session.kind === 'in' && route.screen === 'wall');
  }

  #chooseRoom(): void {
    const route = this.session.state.value.kind === 'in' ? this.#route.value : undefined;
    untracked(() => this.meetings.follow(route));
  }

  #ice(): IceSettings {
    const relayOnly = new URLSearchParams(location.search).get('relay') === 'only';
    return { iceServers: [...this.#settings.peek().iceServers], iceTransportPolicy: relayOnly ? 'relay' : 'all' };
  }

  #newMeetings(): Meetings {
    return new Meetings({
      wire: { request: (type, body) => this.requests.request(type, body), on: (type, listener) => this.events.on(type, listener) },
      name: () => this.session.name,
      timing: browserTiming,
      random: () => Math.random(),
      deviceStore: localStore('devices'),
      gatherFully: new URLSearchParams(location.search).get('gather') === 'wait',
      relayOnly: new URLSearchParams(location.search).get('relay') === 'only',
      iceServers: () => [...this.#settings.peek().iceServers],
      roomInfo: async (id) => this.lobby.roomsApi.get(id, await this.account.bearer().catch(() => undefined)),
      go: (route) => this.go(route),
      show: (text) => this.notices.show(text),
      announce: (text) => this.announcer.say(text),
    });
  }

  #newLive(): Live {
    return new Live({
      whip: new WhipClient(this.#http),
      media: this.meetings.media,
      bearer: () => this.account.bearer().catch(() => undefined),
      newPeer: (onEvent) => new LivePeer({ ice: { iceServers: [...this.#settings.peek().iceServers], iceTransportPolicy: 'all' }, onEvent }),
      timing: browserTiming,
    });
  }

  /** Who is signed in goes on to where he was going. */
  #leaveSignIn(): void {
    const route = this.#route.value;
    if (route.screen !== 'sign-in' || this.session.state.value.kind !== 'in') return;
    // Guests come here for an account.
    if (this.account.user.value || !this.#settings.value.accounts) location.replace(route.next ?? formatRoute({ screen: 'wall' }));
  }

  async #askSettings(): Promise<void> {
    try {
      this.#settings.value = await fetchSettings(this.#http);
    } catch {
      // As it was; asked for again when front is back.
    }
  }

  #onFeedState(state: FeedState, retryInMs: number): void {
    const before = this.directory.service.peek().state;
    if (state === 'live') this.#onConnected();
    this.directory.service.value = { state, retryAt: retryInMs > 0 ? performance.now() + retryInMs : 0 };
    if (before === 'away' && (state === 'live' || state === 'polling')) {
      this.announcer.say(words.connection.back);
      this.#watching.serviceReturned();
    }
  }

  #onConnected(): void {
    // Relays are told of to those who are signed in only.
    void this.#askSettings();
    this.events.emit({ type: this.#wasConnected ? 'resumed' : 'connected' });
    this.#wasConnected = true;
  }

  #onDropped(): void {
    this.requests.dropped();
    this.events.emit({ type: 'disconnected' });
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'pong':
        return;
      case 'reply':
      case 'error':
        this.requests.heard(message);
        return;
      case 'streamers':
        this.#onStreamers(message);
        break;
      case 'signaling':
        this.#onSignaling(message);
        break;
      case 'renamed':
        this.session.renamed(message.name);
        break;
      case 'watching':
        this.#watching.carried(message.streamer);
        break;
      case 'ended':
        if ('streamer' in message) this.#watching.ended(message.streamer, { byOperator: message.byOperator, ...(message.error && { failure: { id: message.error, detail: message.reason } }) });
        break;
      default:
    }
    this.events.emit(message);
  }

  #onStreamers({ streamers }: EventOf<'streamers'>): void {
    const { joined, left } = listChange(this.directory.streamers.peek(), streamers);
    this.directory.streamers.value = streamers;
    for (const { title } of joined.slice(0, MAX_ANNOUNCED)) this.announcer.say(words.wall.joined(title));
    for (const { title } of left.slice(0, MAX_ANNOUNCED)) this.announcer.say(words.wall.left(title));
    this.#watching.listed();
  }

  #onSignaling({ state }: EventOf<'signaling'>): void {
    const returned = this.directory.signaling.peek() === 'down' && state === 'up';
    this.directory.signaling.value = state;
    if (returned) this.#watching.serviceReturned();
  }

  /** The name stays until the page is closed; what an account is needed for is gone. */
  #onAccountLost(): void {
    this.notices.show({
      text: lobbyWords.account.lost,
      tone: 'bad',
      link: { label: lobbyWords.nav.signIn, href: formatRoute({ screen: 'sign-in', next: formatRoute(this.#route.peek()) }) },
    });
  }

  #socketAddress(): string {
    const address = new URL('/ws', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    address.searchParams.set('name', this.session.name);
    return address.href;
  }

  #setOffline(offline: boolean): void {
    this.directory.offline.value = offline;
    if (!offline) this.#feed.nudge();
  }

  #returnFromCache(): void {
    this.#feed.nudge();
    this.#watching.returnFromCache();
  }
}
