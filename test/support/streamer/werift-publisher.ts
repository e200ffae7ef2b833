/** One who publishes without a browser: werift as its authors made it sends what a source of ours plays, in VP8 and Opus. */
import type { MediaStreamTrack, RTCPeerConnection } from 'werift';
import { expand, formatSdp, parseSdp } from '../../../shared/sdp/index.ts';
import type { MediaFrame, Source } from '../../../streamer/source/source.ts';
import { freshWerift } from './fresh-werift.ts';

const { werift } = freshWerift();

const KEYFRAME_REQUEST = { type: 206, count: 1 } as const;
const SEQUENCES = 2 ** 16;
const TIMESTAMPS = 2 ** 32;

export class WeriftPublisher {
  readonly #connection: RTCPeerConnection;
  readonly #tracks: Readonly<Record<MediaFrame['kind'], MediaStreamTrack>>;
  readonly #sent = { audio: 65_000, video: 65_500 };
  readonly #requestListeners: (() => void)[] = [];
  /** Keyframes are left out from now on. */
  withholdsKeyframes = false;
  keyframeRequests = 0;

  constructor() {
    this.#connection = new werift.RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceInterfaceAddresses: { udp4: '127.0.0.1' },
      bundlePolicy: 'max-bundle',
      codecs: {
        video: [new werift.RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] })],
        audio: [new werift.RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
      },
    });
    this.#tracks = { audio: new werift.MediaStreamTrack({ kind: 'audio' }), video: new werift.MediaStreamTrack({ kind: 'video' }) };
  }

  /** To send sound and a picture. */
  async offer(): Promise<string> {
    for (const kind of ['audio', 'video'] as const) this.#connection.addTransceiver(this.#tracks[kind], { direction: 'sendonly' });
    for (const transport of this.#connection.dtlsTransports) transport.onRtcp.subscribe((packet) => this.#hear(packet));
    for (const transport of this.#connection.iceTransports) (transport.connection as unknown as { stunServer: unknown }).stunServer = undefined;
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** Resolves when media can be sent. */
  async connect(answer: string): Promise<void> {
    const connected = new Promise<void>((resolve) => {
      this.#connection.connectionStateChange.subscribe((state) => {
        if (state === 'connected') resolve();
      });
    });
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: formatSdp(expand(parseSdp(answer))) });
    await connected;
  }

  /** Sends what the source plays from now on. */
  play(source: Source): void {
    source.onFrame((frame) => {
      if (!(this.withholdsKeyframes && frame.kind === 'video' && frame.keyframe)) this.#send(frame);
    });
    source.start();
  }

  /** Hears each time when it is asked for a keyframe. */
  onKeyframeRequest(listener: () => void): void {
    this.#requestListeners.push(listener);
  }

  /** As by a power cut: the sockets are gone, and nobody was told. */
  async vanish(): Promise<void> {
    for (const transport of this.#connection.iceTransports) await transport.connection.close();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #send({ kind, packets }: MediaFrame): void {
    for (const { timestamp, marker, payload } of packets) {
      const sequenceNumber = this.#sent[kind]++ % SEQUENCES;
      this.#tracks[kind].writeRtp(new werift.RtpPacket(new werift.RtpHeader({ version: 2, sequenceNumber, timestamp: timestamp % TIMESTAMPS, marker, payloadType: 96, ssrc: 1 }), payload));
    }
  }

  #hear(packet: object): void {
    const { type, feedback } = packet as { type: number; feedback?: { count?: number } };
    if (type !== KEYFRAME_REQUEST.type || feedback?.count !== KEYFRAME_REQUEST.count) return;
    this.keyframeRequests++;
    for (const listener of this.#requestListeners) listener();
  }
}
