/** A viewer as the page is one, without a browser: its requests, its WebSocket and its ways back are the page's own code; what comes is counted and not shown. */
import { WebSocket } from 'ws';
import { Api } from '../../../front/page/src/connection/api.ts';
import { Feed } from '../../../front/page/src/connection/feed.ts';
import type { FeedState } from '../../../front/page/src/connection/feed.ts';
import type { ServerMessage } from '../../../front/page/src/connection/messages.ts';
import type { Streamer } from '../../../front/page/src/connection/streamer.ts';
import { browserTiming } from '../../../front/page/src/connection/timing.ts';
import type { BenchCertificate } from '../../bench/media/viewer/peer-connection.ts';
import type { Gaps } from './gaps.ts';
import { Watching } from './watching.ts';

export interface ViewerOptions {
  /** Where the page is. */
  readonly url: string;
  readonly name: string;
  readonly streamer: string;
  readonly certificate: BenchCertificate;
}

export class ClusterViewer {
  readonly name: string;
  readonly #options: ViewerOptions;
  readonly #api: Api;
  readonly #feed: Feed;
  readonly #watching: Watching;
  #cookie = '';
  #feedState: FeedState = 'connecting';
  #signaling: 'up' | 'down' = 'up';
  #streamers: readonly Streamer[] | undefined;

  private constructor(options: ViewerOptions) {
    const { url, name, certificate, streamer } = options;
    this.name = name;
    this.#options = options;
    this.#api = new Api({ fetch: (input, init) => this.#fetch(input, init), base: url });
    this.#watching = new Watching({
      certificate,
      ask: (offer, signal, beside) => this.#api.offer(name, streamer, offer, signal, beside),
      register: () => this.#register(),
      hangUp: () => void this.#api.leave(name),
    });
    this.#feed = new Feed({
      openSocket: () => this.#openSocket(),
      poll: () => this.#api.streamers(name),
      register: () => this.#register(),
      timing: browserTiming,
      random: Math.random,
      onState: (state) => this.#onFeedState(state),
      onMessage: (message) => this.#onMessage(message),
    });
  }

  /** Registers and watches; resolves at the first picture, and rejects when it has not come within `limitMs`. */
  static async watch(options: ViewerOptions, limitMs = 20_000): Promise<ClusterViewer> {
    const viewer = new ClusterViewer(options);
    let timer: NodeJS.Timeout | undefined;
    try {
      const begun = performance.now();
      while (!(await viewer.#register().catch(() => false))) {
        if (performance.now() - begun > limitMs) throw new Error(`${options.name} could not register`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      viewer.#feed.start();
      const picture = viewer.#watching.picture();
      viewer.#watching.dispatch({ type: 'start' });
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`${options.name} has no picture after ${limitMs} ms: ${JSON.stringify(viewer.state)}; ${viewer.failures.join('; ')}`)), limitMs);
      });
      await Promise.race([picture, late]);
      return viewer;
    } catch (error) {
      await viewer.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get gaps(): Gaps {
    return this.#watching.gaps;
  }

  /** What the page would show. */
  get state(): object {
    return { ...this.#watching.state, feed: this.#feedState };
  }

  get failures(): readonly string[] {
    return this.#watching.failures;
  }

  /** The address of the streamer's media. */
  get source(): string | undefined {
    return this.#watching.source;
  }

  /** Streamers that are listed, as this viewer hears it. */
  get listed(): readonly string[] {
    return this.#streamers?.map(({ name }) => name) ?? [];
  }

  /** Resolves when the next picture comes. */
  picture(): Promise<void> {
    return this.#watching.picture();
  }

  async close(): Promise<void> {
    this.#feed.stop();
    this.#watching.stop();
    await this.#api.leave(this.name);
  }

  async #register(): Promise<boolean> {
    return (await this.#api.register(this.name)) !== undefined;
  }

  async #fetch(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const response = await fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), ...(this.#cookie === '' ? {} : { cookie: this.#cookie }) } });
    this.#keep(response.headers.getSetCookie()[0]);
    return response;
  }

  #keep(cookie: string | undefined): void {
    if (cookie !== undefined) this.#cookie = cookie.split(';', 1)[0] ?? '';
  }

  #openSocket(): WebSocket {
    const address = `${this.#options.url.replace('http', 'ws')}/ws?name=${encodeURIComponent(this.name)}`;
    const socket = new WebSocket(address, { headers: { cookie: this.#cookie, origin: this.#options.url } });
    // Browsers tell no more than that it has closed.
    socket.on('error', () => undefined);
    socket.on('upgrade', ({ headers }) => this.#keep(headers['set-cookie']?.[0]));
    return socket;
  }

  #onFeedState(state: FeedState): void {
    const before = this.#feedState;
    this.#feedState = state;
    if (before === 'away' && (state === 'live' || state === 'polling')) this.#watching.dispatch({ type: 'service-returned' });
  }

  #onMessage(message: ServerMessage): void {
    const { streamer } = this.#options;
    if (message.type === 'streamers') {
      this.#streamers = message.streamers;
      this.#watching.dispatch({ type: 'listed', address: message.streamers.find(({ name }) => name === streamer)?.address });
    } else if (message.type === 'signaling') {
      const returned = this.#signaling === 'down' && message.state === 'up';
      this.#signaling = message.state;
      if (returned) this.#watching.dispatch({ type: 'service-returned' });
    } else if (message.type === 'ended' && 'streamer' in message && message.streamer === streamer) {
      this.#watching.dispatch({ type: 'ended', byOperator: message.byOperator });
    }
  }
}
