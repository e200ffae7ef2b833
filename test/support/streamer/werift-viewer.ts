/** A viewer without a browser: werift as its authors made it receives, decrypts and counts. */
import type { RTCPeerConnection, RtpPacket } from 'werift';
import { expand, formatSdp, parseSdp, payloadTypes } from '../../../shared/sdp/index.ts';
import { parseVp8Payload } from '../../../streamer/rtp/vp8.ts';
import { freshWerift } from './fresh-werift.ts';

const { werift } = freshWerift();

export interface Received {
  packets: number;
  frames: number;
  keyframes: number;
  /** Sequence numbers missing between the first and the last. */
  lost: number;
}

export class WeriftViewer {
  readonly connection: RTCPeerConnection;
  readonly video: Received = { packets: 0, frames: 0, keyframes: 0, lost: 0 };
  readonly audio: Received = { packets: 0, frames: 0, keyframes: 0, lost: 0 };
  /** The first payload of each video frame, in order. */
  firstPayload: Buffer | undefined;
  /** Sequence number of the first packet of video. */
  firstSequence: number | undefined;
  /** Hears each packet of media, decrypted. */
  onPacket: (kind: 'video' | 'audio', packet: RtpPacket) => void = () => undefined;
  readonly #waiting: { done: () => boolean; resolve: () => void }[] = [];
  readonly #codecs = new Map<number, string>();
  readonly #last = new Map<Received, number>();

  constructor() {
    this.connection = new werift.RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceInterfaceAddresses: { udp4: '127.0.0.1' },
      bundlePolicy: 'max-bundle',
      codecs: {
        video: [
          new werift.RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] }),
          new werift.RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: 90_000 }),
        ],
        audio: [new werift.RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
      },
    });
  }

  /** An offer to receive one audio and one video track. */
  async offer(): Promise<string> {
    for (const kind of ['video', 'audio'] as const) this.connection.addTransceiver(kind, { direction: 'recvonly' });
    // Before its router, which knows streams by their SSRC alone, while browsers know them by their payload type as well.
    for (const transport of this.connection.dtlsTransports) transport.onRtp.subscribe((packet) => this.#sort(packet));
    for (const transport of this.connection.iceTransports) (transport.connection as unknown as { stunServer: unknown }).stunServer = undefined;
    await this.connection.setLocalDescription(await this.connection.createOffer());
    const offer = this.connection.localDescription?.sdp ?? '';
    for (const { number, name } of parseSdp(offer).media.flatMap(payloadTypes)) this.#codecs.set(Number(number), name.toLowerCase());
    return offer;
  }

  async accept(answer: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: 'answer', sdp: formatSdp(expand(parseSdp(answer))) });
  }

  /** Begins ICE anew. @returns the offer that says so */
  async restart(): Promise<string> {
    await this.connection.setLocalDescription(await this.connection.createOffer({ iceRestart: true }));
    return this.connection.localDescription?.sdp ?? '';
  }

  /** Resolves when ICE has found a way, also a new one after {@link restart}. */
  async found(): Promise<void> {
    const { connection } = this;
    const isFound = (state: string) => state === 'connected' || state === 'completed';
    if (!isFound(connection.iceConnectionState)) await connection.iceConnectionStateChange.watch(isFound);
  }

  /** Resolves as soon as `done` holds after a packet. */
  until(done: (viewer: this) => boolean): Promise<void> {
    if (done(this)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ done: () => done(this), resolve }));
  }

  /** Sends a picture loss indication for the video. */
  async requestKeyframe(): Promise<void> {
    const receiver = this.connection.getTransceivers().find(({ kind }) => kind === 'video')?.receiver;
    await receiver?.sendRtcpPLI(receiver.tracks[0]?.ssrc ?? 0);
  }

  /** What he says by RTCP, whatever it is. */
  sendRtcp(compound: Buffer): void {
    this.sendDatagram(this.encryptRtcp(compound));
  }

  encryptRtcp(compound: Buffer): Buffer {
    const [transport] = this.connection.dtlsTransports;
    if (!transport) throw new Error('The viewer is not connected');
    return transport.srtcp.encrypt(compound);
  }

  sendDatagram(datagram: Buffer): void {
    void this.connection.iceTransports[0]?.connection.send(datagram);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  #sort(packet: RtpPacket): void {
    const name = this.#codecs.get(packet.header.payloadType);
    if (name === 'vp8') this.#receive('video', packet);
    if (name === 'opus') this.#receive('audio', packet);
  }

  #receive(kind: 'video' | 'audio', packet: RtpPacket): void {
    const { header, payload } = packet;
    this.onPacket(kind, packet);
    const received = kind === 'video' ? this.video : this.audio;
    const last = this.#last.get(received);
    if (last !== undefined) received.lost += ((header.sequenceNumber - last) & 0xffff) - 1;
    this.#last.set(received, header.sequenceNumber);
    received.packets++;
    const start = kind === 'video' ? parseVp8Payload(payload) : undefined;
    if (kind === 'audio' || start?.startsFrame) received.frames++;
    if (start?.keyframe) received.keyframes++;
    if (kind === 'video') this.firstPayload ??= payload;
    if (kind === 'video') this.firstSequence ??= header.sequenceNumber;
    for (const waiting of this.#waiting.filter(({ done }) => done())) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }
}
