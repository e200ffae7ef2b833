/** A member of a room without any signaling: a page of the test's own in a real browser, whose descriptions the test carries to and fro. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { MediaRelay } from '../network/media-relay.ts';
import type { MemberMedia, RoomMedia, Showing } from '../../../streamer/rooms/media.ts';

const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 400;
const CANDIDATE = /^(a=candidate:\S+ 1 udp \d+ (\S+)) (\d+)/gm;

export const ALL_SHOWN: Showing = { audio: true, video: true, screen: false };

/** What a page says of one track that it gets (W3C webrtc-stats). */
export interface IncomingTrack {
  readonly member: string;
  /** `audio`, `camera` or `screen`. */
  readonly kind: string;
  readonly framesDecoded: number;
  readonly keyFramesDecoded: number;
  readonly frameHeight: number;
  readonly totalAudioEnergy: number;
  readonly totalSamplesReceived: number;
  readonly concealedSamples: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly freezeCount: number;
  readonly retransmittedPacketsReceived: number;
  /** That have come for it. */
  readonly senderReports: number;
}

/** What it says of one stream that it sends. */
export interface OutgoingStream {
  readonly kind: string;
  readonly rid: string;
  readonly frameHeight: number;
  readonly bytesSent: number;
  readonly framesEncoded: number;
  readonly keyFramesEncoded: number;
  readonly pliCount: number;
  readonly nackCount: number;
  readonly targetBitrate: number;
  readonly retransmittedPacketsSent: number;
}

export interface PageStatistics {
  readonly state: string;
  readonly incoming: readonly IncomingTrack[];
  readonly outgoing: readonly OutgoingStream[];
  readonly availableOutgoingBitrate: number;
}

interface RoomState {
  connection: RTCPeerConnection;
  /** `<member>-<kind>` of each section that comes, by its mid. */
  names: Map<string, string>;
  offer(simulcast: boolean, height: number): Promise<string>;
  finish(answer: string): Promise<void>;
  answer(offer: string): Promise<string>;
  showScreen(): Promise<void>;
  statistics(): Promise<PageStatistics>;
}

declare global {
  // Seen by the functions that run inside the page.
  var room: RoomState | undefined;
}

/** Serves an empty page: only where there is a host, a browser gives out its camera. */
export class RoomSite {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<RoomSite> {
    const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>Room</title>'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RoomSite(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export interface JoinOptions {
  readonly showing?: Showing;
  readonly simulcast?: boolean;
  /** Of the camera's picture, in pixels. */
  readonly height?: number;
  /** Whether his media goes over a relay, which may make his way narrow and lossy. */
  readonly relayed?: boolean;
}

export class RoomPage {
  readonly member: string;
  readonly page: Page;
  readonly media: MemberMedia;
  readonly #relay: MediaRelay | undefined;
  readonly #context: BrowserContext;
  #negotiating: Promise<void> = Promise.resolve();
  /** What went wrong while descriptions were carried. */
  readonly failures: unknown[] = [];

  private constructor(member: string, context: BrowserContext, page: Page, media: MemberMedia, relay: MediaRelay | undefined) {
    this.member = member;
    this.#context = context;
    this.page = page;
    this.media = media;
    this.#relay = relay;
  }

  /** Opens a page of its own, and joins; resolves when the browser has the answer. */
  static async join(browser: Browser, url: string, room: RoomMedia, member: string, { showing = ALL_SHOWN, simulcast = false, height = 360, relayed = false }: JoinOptions = {}): Promise<RoomPage> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.evaluate(installRoom);
    const offer = await page.evaluate((wanted, pixels) => globalThis.room?.offer(wanted, pixels), simulcast, height);
    // Where we knew his candidates, we would find him past the relay.
    const media = await room.admit(member, relayed ? (offer ?? '').replace(/^a=candidate:.*\r\n/gm, '') : (offer ?? ''), showing);
    const relay = relayed ? await MediaRelay.start(mediaAddress(media.answer)) : undefined;
    const joined = new RoomPage(member, context, page, media, relay);
    await page.evaluate((answer) => globalThis.room?.finish(answer), joined.#detoured(media.answer));
    media.onNegotiationNeeded(() => joined.#negotiate());
    return joined;
  }

  /** One exchange after the other, as re-INVITEs are. */
  #negotiate(): void {
    this.#negotiating = this.#negotiating
      .then(async () => {
        const answer = await this.page.evaluate((offer) => globalThis.room?.answer(offer), this.#detoured(this.media.offer()));
        this.media.accept(answer ?? '');
      })
      .catch((error: unknown) => void this.failures.push(error));
  }

  /** His way; there must be a relay. */
  get way(): MediaRelay {
    if (this.#relay === undefined) throw new Error(`${this.member} is not relayed`);
    return this.#relay;
  }

  #detoured(sdp: string): string {
    return this.#relay === undefined ? sdp : sdp.replace(CANDIDATE, (_, before: string) => `${before} ${this.#relay?.port ?? 0}`);
  }

  async statistics(): Promise<PageStatistics> {
    const statistics = await this.page.evaluate(() => globalThis.room?.statistics());
    if (statistics === undefined) throw new Error('the page has no room');
    return statistics;
  }

  /** What comes of one track now; undefined while nothing does. */
  async incoming(name: string): Promise<IncomingTrack | undefined> {
    return (await this.statistics()).incoming.find(({ member, kind }) => `${member}-${kind}` === name);
  }

  /** Resolves with the page's figures as soon as `done` holds of them. */
  async until(what: string, done: (statistics: PageStatistics) => boolean): Promise<PageStatistics> {
    for (const began = performance.now(); ; ) {
      const statistics = await this.statistics();
      if (this.failures.length > 0) throw new Error(`${this.member} could not negotiate`, { cause: this.failures[0] });
      if (done(statistics)) return statistics;
      if (performance.now() - began > PATIENCE_MS) throw new Error(`${this.member} waited in vain until ${what}: ${JSON.stringify(statistics)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Resolves when so many more pictures of a track have been decoded. */
  async sees(name: string, more = 10): Promise<IncomingTrack> {
    const before = (await this.incoming(name))?.framesDecoded ?? 0;
    const statistics = await this.until(`${name} is seen`, ({ incoming }) => (find(incoming, name)?.framesDecoded ?? 0) >= before + more);
    return find(statistics.incoming, name) as IncomingTrack;
  }

  /** Resolves when no more pictures of a track come. */
  async seesNoMore(name: string): Promise<void> {
    let before = -1;
    await this.until(`${name} is seen no more`, ({ incoming }) => {
      const frames = find(incoming, name)?.framesDecoded ?? 0;
      const still = frames === before;
      before = frames;
      return still;
    });
  }

  /** Resolves when a track's picture has this height. */
  async seesHeight(name: string, height: number): Promise<void> {
    await this.until(`${name} is ${height} pixels high`, ({ incoming }) => find(incoming, name)?.frameHeight === height);
  }

  /** Resolves when sound of a track that is none but silence has been decoded. */
  async hears(name: string): Promise<IncomingTrack> {
    const before = await this.incoming(name);
    const statistics = await this.until(`${name} is heard`, ({ incoming }) => {
      const track = find(incoming, name);
      return track !== undefined && track.totalAudioEnergy > (before?.totalAudioEnergy ?? 0) && track.totalSamplesReceived > (before?.totalSamplesReceived ?? 0);
    });
    return find(statistics.incoming, name) as IncomingTrack;
  }

  /** How many sections the session has. */
  sections(): Promise<number | undefined> {
    return this.page.evaluate(() => globalThis.room?.connection.getTransceivers().length);
  }

  async showScreen(): Promise<void> {
    await this.page.evaluate(() => globalThis.room?.showScreen());
    this.media.show({ ...ALL_SHOWN, screen: true });
  }

  async close(): Promise<void> {
    await this.media.close();
    await this.#context.close();
    await this.#relay?.close();
  }
}

function mediaAddress(answer: string): { host: string; port: number } {
  const [, , host = '', port = ''] = new RegExp(CANDIDATE, 'm').exec(answer) ?? [];
  return { host, port: Number(port) };
}

function find(incoming: readonly IncomingTrack[], name: string): IncomingTrack | undefined {
  return incoming.find(({ member, kind }) => `${member}-${kind}` === name);
}

/** Runs inside the page, so it refers to nothing outside itself. */
function installRoom(): void {
  const SIZES = [
    { rid: 'q', scaleResolutionDownBy: 4 },
    { rid: 'h', scaleResolutionDownBy: 2 },
    { rid: 'f', scaleResolutionDownBy: 1 },
  ];
  const connection = new RTCPeerConnection();
  const names = new Map<string, string>();
  const gathered = () =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (connection.iceGatheringState === 'complete') resolve();
      };
      connection.addEventListener('icegatheringstatechange', look);
      look();
    });
  connection.ontrack = ({ track, streams }) => {
    const element = document.createElement(track.kind === 'video' ? 'video' : 'audio');
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    element.title = streams[0]?.id ?? '';
    document.body.append(element);
  };
  globalThis.room = {
    connection,
    names,
    async offer(simulcast, height) {
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: (height * 16) / 9, height, frameRate: 15 } });
      const [sound] = media.getAudioTracks();
      const [picture] = media.getVideoTracks();
      if (sound === undefined || picture === undefined) throw new Error('there is no camera');
      connection.addTransceiver(sound, { direction: 'sendonly', streams: [media] });
      connection.addTransceiver(picture, { direction: 'sendonly', streams: [media], ...(simulcast ? { sendEncodings: SIZES } : {}) });
      connection.addTransceiver('video', { direction: 'sendonly' });
      await connection.setLocalDescription();
      await gathered();
      return connection.localDescription?.sdp ?? '';
    },
    async finish(answer) {
      await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    },
    async answer(offer) {
      names.clear();
      for (const section of offer.split(/^m=/m).slice(1)) {
        const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
        const name = /^a=msid:\S+ (\S+)/m.exec(section)?.[1];
        if (mid !== undefined && name !== undefined) names.set(mid, name);
      }
      await connection.setRemoteDescription({ type: 'offer', sdp: offer });
      await connection.setLocalDescription();
      return connection.localDescription?.sdp ?? '';
    },
    async showScreen() {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 400;
      const context = canvas.getContext('2d');
      let drawn = 0;
      setInterval(() => {
        if (context === null) return;
        context.fillStyle = `hsl(${(drawn * 7) % 360} 80% 50%)`;
        context.fillRect((drawn * 13) % 600, (drawn * 7) % 360, 40, 40);
        drawn++;
      }, 100);
      const [track] = canvas.captureStream(10).getVideoTracks();
      const transceiver = connection.getTransceivers()[2];
      if (track === undefined || transceiver === undefined) throw new Error('nothing to show the screen by');
      await transceiver.sender.replaceTrack(track);
    },
    async statistics() {
      const incoming: unknown[] = [];
      const outgoing: unknown[] = [];
      let available = 0;
      const count = (value: unknown) => (typeof value === 'number' ? value : 0);
      const text = (value: unknown) => (typeof value === 'string' ? value : '');
      for (const transceiver of connection.getTransceivers()) {
        const name = names.get(transceiver.mid ?? '');
        const report = name === undefined ? await transceiver.sender.getStats() : await transceiver.receiver.getStats();
        let reported = 0;
        report.forEach((entry: Record<string, unknown>) => {
          if (entry['type'] === 'candidate-pair' && typeof entry['availableOutgoingBitrate'] === 'number') available = entry['availableOutgoingBitrate'];
          if (entry['type'] === 'remote-outbound-rtp') reported = count(entry['reportsSent']);
        });
        report.forEach((entry: Record<string, unknown>) => {
          if (entry['type'] === 'inbound-rtp' && name !== undefined)
            incoming.push({
              member: name.replace(/-[^-]*$/, ''),
              kind: name.replace(/^.*-/, ''),
              framesDecoded: count(entry['framesDecoded']),
              keyFramesDecoded: count(entry['keyFramesDecoded']),
              frameHeight: count(entry['frameHeight']),
              totalAudioEnergy: count(entry['totalAudioEnergy']),
              totalSamplesReceived: count(entry['totalSamplesReceived']),
              concealedSamples: count(entry['concealedSamples']),
              packetsReceived: count(entry['packetsReceived']),
              packetsLost: count(entry['packetsLost']),
              bytesReceived: count(entry['bytesReceived']),
              freezeCount: count(entry['freezeCount']),
              retransmittedPacketsReceived: count(entry['retransmittedPacketsReceived']),
              senderReports: reported,
            });
          if (entry['type'] === 'outbound-rtp')
            outgoing.push({
              kind: text(entry['kind']),
              rid: text(entry['rid']),
              frameHeight: count(entry['frameHeight']),
              bytesSent: count(entry['bytesSent']),
              framesEncoded: count(entry['framesEncoded']),
              keyFramesEncoded: count(entry['keyFramesEncoded']),
              pliCount: count(entry['pliCount']),
              nackCount: count(entry['nackCount']),
              targetBitrate: count(entry['targetBitrate']),
              retransmittedPacketsSent: count(entry['retransmittedPacketsSent']),
            });
        });
      }
      return { state: connection.connectionState, incoming, outgoing, availableOutgoingBitrate: available } as PageStatistics;
    },
  };
}
