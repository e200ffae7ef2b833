/** A member of a room without a browser: werift as its authors made it connects, and sends nothing. */
import type { RTCPeerConnection } from 'werift';
import { expand, formatSdp, parseSdp } from '../../../shared/sdp/index.ts';
import { freshWerift } from './fresh-werift.ts';

const { werift } = freshWerift();

export class WeriftMember {
  readonly #connection: RTCPeerConnection;

  constructor() {
    this.#connection = new werift.RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceInterfaceAddresses: { udp4: '127.0.0.1' },
      bundlePolicy: 'max-bundle',
      codecs: {
        video: [new werift.RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000 })],
        audio: [new werift.RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
      },
    });
  }

  /** Of sound, a camera and a screen. */
  async offer(): Promise<string> {
    for (const kind of ['audio', 'video', 'video'] as const) this.#connection.addTransceiver(kind, { direction: 'sendonly' });
    for (const transport of this.#connection.iceTransports) (transport.connection as unknown as { stunServer: unknown }).stunServer = undefined;
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** Resolves when media could be sent. */
  async connect(answer: string): Promise<void> {
    const connected = new Promise<void>((resolve) => {
      this.#connection.connectionStateChange.subscribe((state) => {
        if (state === 'connected') resolve();
      });
    });
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: formatSdp(expand(parseSdp(answer))) });
    await connected;
  }

  /** As by a power cut: the sockets are gone, and nobody was told. */
  async vanish(): Promise<void> {
    for (const transport of this.#connection.iceTransports) await transport.connection.close();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
