/** A viewer without a picture: it calls through front as a page does, decrypts what comes, and counts it. */
import { RTCPeerConnection, RTCRtpCodecParameters } from 'werift';

const HOST = '127.0.0.1';
const CONNECT_LIMIT_MS = 30_000;

const AUDIO = () => new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 111 });
const VIDEO = () =>
  new RTCRtpCodecParameters({
    mimeType: 'video/VP8',
    clockRate: 90_000,
    payloadType: 96,
    rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
  });

export class BareViewer {
  packets = 0;
  readonly #peer: RTCPeerConnection;
  readonly #name: string;
  readonly #front: string;
  #cookie = '';

  private constructor(front: string, name: string) {
    this.#front = front;
    this.#name = name;
    this.#peer = new RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: [HOST],
      iceInterfaceAddresses: { udp4: HOST },
      bundlePolicy: 'max-bundle',
      codecs: { audio: [AUDIO()], video: [VIDEO()] },
    });
  }

  /** Registers with front as `name`, and watches; resolves when media may flow. */
  static async watch(front: string, name: string, streamer: string): Promise<BareViewer> {
    const viewer = new BareViewer(front, name);
    await viewer.#post('register', {});
    await viewer.#post('streamer', { streamer });
    await viewer.#connect();
    return viewer;
  }

  async leave(): Promise<void> {
    await this.#post('leave', {});
    await this.#peer.close();
  }

  async #connect(): Promise<void> {
    for (const kind of ['audio', 'video'] as const) this.#peer.addTransceiver(kind, { direction: 'recvonly' });
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    const connected = new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error(`${this.#name} was not connected in time`)), CONNECT_LIMIT_MS).unref();
      this.#peer.connectionStateChange.subscribe((state) => {
        if (state === 'connected') resolve();
      });
    });
    const answer = await this.#post('offer', { type: 'offer', sdp: this.#peer.localDescription?.sdp });
    await this.#peer.setRemoteDescription(answer as { type: 'answer'; sdp: string });
    await connected;
    // Counted where packets leave SRTP: what happens to them afterwards is nobody's cost here.
    for (const transport of this.#peer.dtlsTransports) {
      transport.onRtp.subscribe(() => {
        this.packets += 1;
      });
    }
  }

  async #post(path: string, content: object): Promise<unknown> {
    const response = await fetch(new URL(path, this.#front), {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: this.#cookie },
      body: JSON.stringify({ name: this.#name, content }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`front answered ${this.#name}'s /${path} with ${response.status}: ${text}`);
    this.#cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? this.#cookie;
    return JSON.parse(text);
  }
}
