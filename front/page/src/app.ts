/** Puts the page together: who is signed in decides whether the feed runs, and the address what is watched. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { Api, leaveBeacon } from './connection/api.ts';
import { Directory, listChange } from './connection/directory.ts';
import { hasControls, type Streamer } from './connection/streamer.ts';
import { Events, type PageEvent } from './connection/events.ts';
import { Feed, type FeedState } from './connection/feed.ts';
import type { ServerMessage } from './connection/messages.ts';
import { Requests } from './connection/requests.ts';
import { browserTiming } from './connection/timing.ts';
import { otherTabs } from './player/other-tabs.ts';
import { Sound } from './player/sound.ts';
import { Watch } from './player/watch.ts';
import { parseRoute, type Route } from './routing/route.ts';
import { Announcer } from './shell/announcer.ts';
import { Session } from './sign-in/session.ts';
import { localStore } from './storage/local.ts';
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
  readonly sound = new Sound(localStore('sound'));
  readonly theme = new ThemeChoice(localStore('theme'), applyTheme);
  readonly session: Session;
  readonly #api = new Api({ fetch: (...request) => fetch(...request) });
  readonly #feed: Feed;
  readonly #route = signal<Route>(parseRoute(location.hash));
  readonly #watch = signal<Watch | undefined>(undefined);
  readonly #tabs = otherTabs(() => this.session.name, () => this.#watch.peek()?.dispatch({ type: 'other-tab' }));
  #wasConnected = false;
  readonly #gatherFully = new URLSearchParams(location.search).get('gather') === 'wait';

  constructor() {
    const random = (): number => Math.random();
    this.session = new Session({ register: (name) => this.#api.register(name), store: localStore('name'), timing: browserTiming, random });
    this.#feed = new Feed({
      openSocket: () => new WebSocket(this.#socketAddress()),
      poll: () => this.#api.streamers(this.session.name),
      register: () => this.session.renew(),
      timing: browserTiming,
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
    return this.#watch;
  }

  start(): void {
    addEventListener('hashchange', () => (this.#route.value = parseRoute(location.hash)));
    addEventListener('online', () => this.#setOffline(false));
    addEventListener('offline', () => this.#setOffline(true));
    addEventListener('pagehide', () => this.#leaveByBeacon());
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.#returnFromCache();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#feed.nudge();
    });
    effect(() => this.#runFeed());
    effect(() => this.#chooseWatch());
    void this.session.resume();
  }

  /** Tries at once to reach the service. */
  tryNow(): void {
    this.#feed.nudge();
  }

  /** Watches here, although another tab does. */
  watchHere(): void {
    this.#tabs.claim(this.session.name);
    this.#watch.peek()?.dispatch({ type: 'retry-now' });
  }

  #runFeed(): void {
    if (this.session.state.value.kind === 'in') this.#feed.start();
    else {
      this.#feed.stop();
      this.#wasConnected = false;
      this.directory.forget();
    }
  }

  /** One watch at a time: of the streamer in the address, for as long as the viewer is signed in. */
  #chooseWatch(): void {
    const session = this.session.state.value;
    const route = this.#route.value;
    const streamer = session.kind === 'in' && route.screen === 'watch' ? route.streamer : undefined;
    const present = this.#watch.peek();
    if (present?.streamer === streamer) return;
    present?.stop();
    this.#watch.value = streamer === undefined ? undefined : this.#newWatch(streamer);
  }

  #newWatch(streamer: string): Watch {
    const { name } = this.session;
    this.#tabs.claim(name);
    const watch = new Watch({
      streamer,
      ask: async (offer, abort) => {
        // The browser makes its offer while front looks the streamer up.
        const [sdp] = await Promise.all([offer, this.#api.choose(name, streamer, abort)]);
        return this.#api.offer(name, sdp, abort);
      },
      register: () => this.session.renew(),
      hangUp: () => void this.#api.leave(name),
      gatherFully: this.#gatherFully,
      // Before the list is there, a data channel is asked for: front takes it out again where there is no use for it.
      hasControls: () => !this.directory.streamers.peek() || hasControls(this.#find(streamer)),
      timing: browserTiming,
      random: () => Math.random(),
    });
    if (this.directory.streamers.peek()) watch.dispatch({ type: 'listed', address: this.#addressOf(streamer) });
    return watch;
  }

  #find(name: string): Streamer | undefined {
    return this.directory.streamers.peek()?.find((streamer) => streamer.name === name);
  }

  #addressOf(name: string): string | undefined {
    return this.#find(name)?.address;
  }

  #onFeedState(state: FeedState, retryInMs: number): void {
    const before = this.directory.service.peek().state;
    if (state === 'live') this.#onConnected();
    this.directory.service.value = { state, retryAt: retryInMs > 0 ? performance.now() + retryInMs : 0 };
    if (before === 'away' && (state === 'live' || state === 'polling')) {
      this.announcer.say(words.connection.back);
      this.#watch.peek()?.dispatch({ type: 'service-returned' });
    }
  }

  #onConnected(): void {
    this.events.emit({ type: this.#wasConnected ? 'resumed' : 'connected' });
    this.#wasConnected = true;
  }

  #onDropped(): void {
    this.requests.dropped();
    this.events.emit({ type: 'disconnected' });
  }

  #onMessage(message: ServerMessage): void {
    if (message.type === 'pong') return;
    if (message.type === 'reply' || message.type === 'error') return this.requests.heard(message);
    this.#follow(message);
    this.events.emit(message);
  }

  #follow(message: PageEvent): void {
    const watch = this.#watch.peek();
    switch (message.type) {
      case 'streamers': {
        const { joined, left } = listChange(this.directory.streamers.peek(), message.streamers);
        this.directory.streamers.value = message.streamers;
        for (const { title } of joined.slice(0, MAX_ANNOUNCED)) this.announcer.say(words.wall.joined(title));
        for (const { title } of left.slice(0, MAX_ANNOUNCED)) this.announcer.say(words.wall.left(title));
        return watch?.dispatch({ type: 'listed', address: this.#addressOf(watch.streamer) });
      }
      case 'signaling': {
        const returned = this.directory.signaling.peek() === 'down' && message.state === 'up';
        this.directory.signaling.value = message.state;
        if (returned) watch?.dispatch({ type: 'service-returned' });
        return;
      }
      case 'ended':
        if ('streamer' in message && watch?.streamer === message.streamer) watch.dispatch({ type: 'ended' });
        return;
      default:
    }
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

  /** Only the tab that watches hangs up: other tabs of the same name leave its call alone. */
  #leaveByBeacon(): void {
    if (this.#watch.peek()?.holdsCall) navigator.sendBeacon('/leave', leaveBeacon(this.session.name));
  }

  #returnFromCache(): void {
    this.#feed.nudge();
    this.#watch.peek()?.dispatch({ type: 'connection-failed' });
  }
}
