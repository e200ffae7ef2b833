/**
 * A viewer who costs his own side as little as may be, so that hundreds share a core: packets are counted by their headers. He sends
 * receiver reports like a browser.
 */
import type { SrtcpSession, SrtpSession } from 'werift';
import { parseSdp, TRANSPORT_CC_EXTENSION } from '../../../../shared/sdp/index.ts';
import { werift } from '../../../../streamer/webrtc/werift.ts';
import { Arrivals } from './arrivals.ts';
import { PeerConnection, PROFILES, type BenchCertificate, type MasterKeys, type ProfileName } from './peer-connection.ts';
import { TransportFeedback, transportSequenceOf } from './transport-feedback.ts';

export { PROFILES, type ProfileName } from './peer-connection.ts';

export const AUDIO_PAYLOAD_TYPE = 111;
export const VIDEO_PAYLOAD_TYPE = 96;
const CLOCK_RATES = new Map([
  [AUDIO_PAYLOAD_TYPE, 48_000],
  [VIDEO_PAYLOAD_TYPE, 90_000],
]);

const REPORT_INTERVAL_MS = 1_000;
/** As often as browsers send it. */
const FEEDBACK_INTERVAL_MS = 100;
const EXTENSION_ID = 3;
const RECEIVER_REPORT = 201;
const REPORT_BLOCK_BYTES = 24;

export interface LoadViewerOptions {
  /** Address of this machine that the viewer binds and tells. */
  readonly host: string;
  readonly profile: ProfileName;
  /** His own unless given. */
  readonly certificate?: BenchCertificate;
  /** Decrypts each packet, and counts those that are not genuine: dear, so for one viewer of many. */
  readonly verify?: boolean;
  /** Whether transport-wide feedback is offered, and sent where it is taken. */
  readonly feedback?: boolean;
  /** Told of each packet that comes, retransmissions aside. */
  readonly heard?: (what: 'audio' | 'video' | 'report') => void;
}

export class LoadViewer {
  readonly arrivals = new Arrivals(CLOCK_RATES);
  /** Packets that were decrypted, and those that could not be, of a viewer who verifies. */
  readonly verified = { good: 0, bad: 0 };
  readonly #options: LoadViewerOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #connection!: PeerConnection;
  #feedback: TransportFeedback | undefined;
  #srtcp: SrtcpSession | undefined;
  #srtp: SrtpSession | undefined;

  private constructor(options: LoadViewerOptions) {
    this.#options = options;
  }

  static async open(options: LoadViewerOptions): Promise<LoadViewer> {
    const viewer = new LoadViewer(options);
    viewer.#connection = await PeerConnection.open(options, { connected: (keys) => viewer.#startMedia(keys), received: (datagram) => viewer.#receiveMedia(datagram) });
    return viewer;
  }

  /** Resolves when media may flow. */
  get connected(): Promise<void> {
    return this.#connection.connected;
  }

  /** An offer to receive Opus and VP8, as small as browsers' offers are after the front has cut them down. */
  offer(): string {
    return this.#describe('actpass', 'o');
  }

  /** Takes the answer to {@link offer}, and begins to connect. */
  accept(answer: string): void {
    if (answer.includes(`extmap:${EXTENSION_ID} ${TRANSPORT_CC_EXTENSION}`)) this.#feedback = new TransportFeedback();
    this.#connection.connect(answer);
  }

  /** The answer to a server that offers itself; the viewer begins to connect. */
  answer(offer: string): string {
    const mids = parseSdp(offer).media.map((section) => section.mid ?? '');
    this.#connection.connect(offer, 'controlled');
    return this.#describe('passive', 'a', mids);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    this.#connection.close();
  }

  #describe(setup: 'actpass' | 'passive', origin: string, mids: readonly string[] = ['0', '1']): string {
    const { host, feedback = false } = this.#options;
    const numbered = (payloadType: number) => (feedback ? [`a=rtcp-fb:${payloadType} transport-cc`, `a=extmap:${EXTENSION_ID} ${TRANSPORT_CC_EXTENSION}`] : []);
    const section = (mid: string, media: string, ...lines: readonly string[]) => [
      `m=${media}`,
      `c=IN IP4 ${host}`,
      `a=mid:${mid}`,
      'a=recvonly',
      'a=rtcp-mux',
      ...this.#connection.lines(setup),
      ...lines,
      this.#connection.candidateLine,
    ];
    const [audio = '', video = ''] = mids;
    return [
      ...['v=0', `o=${origin} 1 1 IN IP4 ${host}`, 's=-', 't=0 0', `a=group:BUNDLE ${mids.join(' ')}`],
      ...section(audio, `audio 9 UDP/TLS/RTP/SAVPF ${AUDIO_PAYLOAD_TYPE}`, `a=rtpmap:${AUDIO_PAYLOAD_TYPE} opus/48000/2`, ...numbered(AUDIO_PAYLOAD_TYPE)),
      ...section(video, `video 9 UDP/TLS/RTP/SAVPF ${VIDEO_PAYLOAD_TYPE}`, `a=rtpmap:${VIDEO_PAYLOAD_TYPE} VP8/90000`, `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack`, `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack pli`, ...numbered(VIDEO_PAYLOAD_TYPE)),
    ]
      .map((line) => `${line}\r\n`)
      .join('');
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }

  #startMedia(keys: MasterKeys): void {
    const { profile, verify = false } = this.#options;
    const session = {
      keys: { localMasterKey: keys.localKey, localMasterSalt: keys.localSalt, remoteMasterKey: keys.remoteKey, remoteMasterSalt: keys.remoteSalt },
      profile: PROFILES[profile],
    };
    this.#srtcp = new werift.SrtcpSession(session);
    if (verify) this.#srtp = new werift.SrtpSession(session);
    const beginReports = setTimeout(() => this.#every(REPORT_INTERVAL_MS, () => this.#report()), Math.random() * REPORT_INTERVAL_MS);
    this.#timers.add(beginReports);
    if (this.#feedback) this.#every(FEEDBACK_INTERVAL_MS, () => this.#sendRtcp(this.#feedback?.take()));
  }

  #receiveMedia(datagram: Buffer): void {
    const payloadType = (datagram[1] ?? 0) & 0x7f;
    const { heard } = this.#options;
    if (payloadType >= 64 && payloadType < 96) {
      heard?.('report');
      this.#receiveRtcp(datagram);
      return;
    }
    if (payloadType === AUDIO_PAYLOAD_TYPE) heard?.('audio');
    else if (payloadType === VIDEO_PAYLOAD_TYPE) heard?.('video');
    this.arrivals.add(datagram);
    if (this.#feedback) this.#note(this.#feedback, datagram);
    if (this.#srtp) this.#verify(this.#srtp, datagram);
  }

  #receiveRtcp(datagram: Buffer): void {
    if (!this.arrivals.delays || !this.#srtcp) return;
    try {
      this.arrivals.report(this.#srtcp.decrypt(datagram));
    } catch {
      // Counted where packets are verified.
    }
  }

  #verify(session: SrtpSession, datagram: Buffer): void {
    try {
      session.decrypt(Buffer.from(datagram));
      this.verified.good++;
    } catch {
      this.verified.bad++;
    }
  }

  #report(): void {
    const heard = [...this.arrivals.heard()];
    if (heard.length === 0) return;
    const report = Buffer.alloc(8 + heard.length * REPORT_BLOCK_BYTES);
    report[0] = 0x80 | heard.length;
    report[1] = RECEIVER_REPORT;
    report.writeUInt16BE(report.length / 4 - 1, 2);
    report.writeUInt32BE(1, 4);
    for (const [place, { ssrc, highest }] of heard.entries()) {
      report.writeUInt32BE(ssrc, 8 + place * REPORT_BLOCK_BYTES);
      report.writeUInt32BE(highest, 16 + place * REPORT_BLOCK_BYTES);
    }
    this.#sendRtcp(report);
  }

  #note(feedback: TransportFeedback, datagram: Buffer): void {
    const sequence = transportSequenceOf(datagram, EXTENSION_ID);
    if (sequence !== undefined) feedback.add(sequence, performance.now());
  }

  #sendRtcp(compound: Buffer | undefined): void {
    if (compound && this.#srtcp) this.#connection.send(this.#srtcp.encrypt(compound));
  }
}
