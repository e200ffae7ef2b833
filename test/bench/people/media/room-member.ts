/** A room's member without a browser: his transport, what he sends and what he is sent. His signaling is the caller's. */
import { MAX_REPORTS } from '../../../../streamer/rtp/feedback-writer.ts';
import { IncomingHeader } from '../../../../streamer/rtp/incoming-header.ts';
import { rtcpHeader } from '../../../../streamer/rtp/rtcp-writer.ts';
import { readRtcp } from '../../../../streamer/rtp/rtcp-reader.ts';
import { deriveKeys } from '../../../../streamer/srtp/keys.ts';
import { SRTP_PROFILES } from '../../../../streamer/srtp/profile.ts';
import { SrtcpReceiver, SrtcpSender } from '../../../../streamer/srtp/srtcp.ts';
import { SrtpReceiver } from '../../../../streamer/srtp/srtp-receiver.ts';
import { Arrivals, type Delays } from '../../media/viewer/arrivals.ts';
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../media/viewer/load-viewer.ts';
import { PeerConnection, type BenchCertificate, type MasterKeys } from '../../media/viewer/peer-connection.ts';
import { TransportFeedback, transportSequenceOf } from '../../media/viewer/transport-feedback.ts';
import { MemberDescriptions } from './member-sdp.ts';
import { MemberUplink } from './member-uplink.ts';
import { EXTENSION_IDS, timeIn } from './outgoing-stream.ts';
import type { RoomClip } from './room-clip.ts';

const CLOCK_RATES = new Map([
  [AUDIO_PAYLOAD_TYPE, 48_000],
  [VIDEO_PAYLOAD_TYPE, 90_000],
]);
const REPORT_INTERVAL_MS = 1_000;
/** As often as browsers send it. */
const FEEDBACK_INTERVAL_MS = 100;
const RECEIVER_REPORT = 201;
const REPORT_BLOCK_BYTES = 24;
/** RFC 5761 §4. */
const [FIRST_RTCP, LAST_RTCP] = [64, 95];
/** A packet of so many is decrypted where delays are measured: all would cost more than the server does. */
const MEASURED_EVERY = 8;

export interface RoomMemberOptions {
  /** Address of this machine that is bound and told. */
  readonly host: string;
  readonly certificate: BenchCertificate;
  readonly clip: RoomClip;
  /** From 0 to 1. */
  readonly random: () => number;
}

export class RoomMember {
  readonly arrivals = new Arrivals(CLOCK_RATES);
  /** Packets that were decrypted as they should be, and not, where delays are measured. */
  readonly verified = { good: 0, bad: 0 };
  /** Where it is noted how long packets were under way, if anywhere. */
  delays: Delays | undefined;
  readonly #options: RoomMemberOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #feedback = new TransportFeedback();
  readonly #header = new IncomingHeader();
  #connection!: PeerConnection;
  #descriptions!: MemberDescriptions;
  #uplink: MemberUplink | undefined;
  #showing = { audio: true, video: true };
  #srtcp: { readonly sender: SrtcpSender; readonly receiver: SrtcpReceiver } | undefined;
  #srtp: SrtpReceiver | undefined;
  #closed = false;
  #received = 0;

  private constructor(options: RoomMemberOptions) {
    this.#options = options;
  }

  static async open(options: RoomMemberOptions): Promise<RoomMember> {
    const member = new RoomMember(options);
    const { host, certificate, clip } = options;
    member.#connection = await PeerConnection.open({ host, certificate, profile: 'gcm' }, { connected: (keys) => member.#start(keys), received: (datagram) => member.#receive(datagram) });
    member.#descriptions = new MemberDescriptions(member.#connection, clip.layers.map(({ rid }) => rid));
    return member;
  }

  /** Resolves when media may flow. */
  get connected(): Promise<void> {
    return this.#connection.connected;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Packets of media that it has sent. */
  get sent(): number {
    return this.#uplink?.sent ?? 0;
  }

  offer(): string {
    return this.#descriptions.offer();
  }

  accept(answer: string): void {
    if (!this.#closed) this.#connection.connect(answer);
  }

  answer(offer: string): string {
    return this.#descriptions.answer(offer);
  }

  show(showing: { readonly audio: boolean; readonly video: boolean }): void {
    this.#showing = { ...showing };
    this.#uplink?.show(this.#showing);
  }

  /** Falls silent without a word. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    this.#uplink?.close();
    this.#connection.close();
  }

  #start(master: MasterKeys): void {
    if (this.#closed) return;
    const profile = SRTP_PROFILES.aes128Gcm;
    const [ours, theirs] = [deriveKeys(profile, master.localKey, master.localSalt), deriveKeys(profile, master.remoteKey, master.remoteSalt)];
    const { clip, random } = this.#options;
    const sender = new SrtcpSender(ours);
    this.#srtcp = { sender, receiver: new SrtcpReceiver(theirs) };
    this.#srtp = new SrtpReceiver(theirs);
    this.#uplink = new MemberUplink({ clip, keys: ours, random, send: (datagram) => this.#connection.send(datagram), sendRtcp: (compound) => this.#connection.send(sender.protect(compound)) });
    this.#uplink.show(this.#showing);
    this.#every(REPORT_INTERVAL_MS, () => this.#report());
    this.#every(FEEDBACK_INTERVAL_MS, () => this.#sendRtcp(this.#feedback.take()));
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }

  #receive(datagram: Buffer): void {
    const payloadType = (datagram[1] ?? 0) & 0x7f;
    if (payloadType >= FIRST_RTCP && payloadType <= LAST_RTCP) {
      const compound = this.#srtcp?.receiver.unprotect(datagram);
      for (const feedback of compound ? readRtcp(compound) : []) if (feedback.type === 'keyframe-request') this.#uplink?.showKeyframe(feedback.ssrc);
      return;
    }
    this.arrivals.add(datagram);
    const sequence = transportSequenceOf(datagram, EXTENSION_IDS.transportSequence);
    if (sequence !== undefined) this.#feedback.add(sequence, performance.now());
    if (this.delays && ++this.#received % MEASURED_EVERY === 0) this.#measure(datagram, this.delays);
  }

  #measure(datagram: Buffer, delays: Delays): void {
    if (!this.#srtp || !this.#header.read(datagram)) return;
    const now = performance.now();
    const payload = this.#srtp.unprotect(datagram, this.#header);
    if (payload) this.verified.good++;
    else this.verified.bad++;
    const sentAt = payload && this.#header.payloadType === VIDEO_PAYLOAD_TYPE ? timeIn(payload) : undefined;
    if (sentAt !== undefined && sentAt <= now && sentAt > now - 60_000) delays.add(now - sentAt);
  }

  #report(): void {
    const heard = [...this.arrivals.heard()].slice(-MAX_REPORTS);
    if (heard.length === 0) return;
    const report = rtcpHeader(RECEIVER_REPORT, heard.length, 8 + heard.length * REPORT_BLOCK_BYTES);
    report.writeUInt32BE(1, 4);
    for (const [place, { ssrc, highest }] of heard.entries()) {
      report.writeUInt32BE(ssrc, 8 + place * REPORT_BLOCK_BYTES);
      report.writeUInt32BE(highest, 16 + place * REPORT_BLOCK_BYTES);
    }
    this.#sendRtcp(report);
  }

  #sendRtcp(compound: Buffer | undefined): void {
    if (compound && this.#srtcp) this.#connection.send(this.#srtcp.sender.protect(compound));
  }
}
