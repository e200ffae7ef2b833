/** The WebRTC connection of one who is live: sends sound and one picture, a screen in the place of the camera. Never reused. */
import { FailureError } from '../connection/failure.ts';
import type { IceSettings } from '../meeting/ice-settings.ts';

export type LivePeerEvent = 'connected' | 'interrupted' | 'failed' | 'ended';

export interface LivePeerOptions {
  readonly ice: IceSettings;
  readonly onEvent: (event: LivePeerEvent) => void;
}

/** Of the picture: every viewer gets just this. */
const MAX_BITS_PER_SECOND = 3_500_000;

/** What has been sent so far, and what the picture is like now. */
export interface SentReading {
  readonly bytes: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

interface OutboundEntry {
  readonly type: string;
  readonly kind?: string;
  readonly bytesSent?: number;
  readonly framesSent?: number;
  readonly framesEncoded?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
}

export class LivePeer {
  readonly #options: LivePeerOptions;
  readonly #connection: RTCPeerConnection;
  readonly #audio: RTCRtpSender;
  readonly #video: RTCRtpSender;
  #closed = false;

  constructor(options: LivePeerOptions) {
    this.#options = options;
    this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', ...options.ice });
    this.#audio = this.#connection.addTransceiver('audio', { direction: 'sendonly' }).sender;
    this.#video = this.#connection.addTransceiver('video', { direction: 'sendonly', sendEncodings: [{ maxBitrate: MAX_BITS_PER_SECOND }] }).sender;
    this.#connection.addEventListener('connectionstatechange', () => this.#onState());
    this.#connection.addEventListener('iceconnectionstatechange', () => this.#onState());
  }

  /** Goes out without candidates: the other side learns our addresses from ICE's checks. @returns SDP */
  async offer(): Promise<string> {
    await this.#connection.setLocalDescription();
    // Before this there is no transport to listen to.
    this.#audio.transport?.addEventListener('statechange', () => {
      if (this.#audio.transport?.state === 'closed') this.#tell('ended');
    });
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** @throws FailureError when the browser cannot use the answer */
  async accept(sdp: string): Promise<void> {
    try {
      await this.#connection.setRemoteDescription({ type: 'answer', sdp });
    } catch (cause) {
      throw new FailureError({ id: 'bad-answer', detail: cause instanceof Error ? cause.message : String(cause) }, { cause });
    }
  }

  /** What is sent from now on; undefined for nothing of that kind. */
  send(audio: MediaStreamTrack | undefined, video: MediaStreamTrack | undefined): void {
    if (this.#closed) return;
    void this.#audio.replaceTrack(audio ?? null).catch(() => undefined);
    void this.#video.replaceTrack(video ?? null).catch(() => undefined);
  }

  async read(): Promise<SentReading> {
    const sums = { bytes: 0, frames: 0, width: 0, height: 0 };
    (await this.#connection.getStats()).forEach((entry: OutboundEntry) => {
      if (entry.type !== 'outbound-rtp') return;
      sums.bytes += entry.bytesSent ?? 0;
      if (entry.kind !== 'video') return;
      sums.frames += entry.framesSent ?? entry.framesEncoded ?? 0;
      sums.width = Math.max(sums.width, entry.frameWidth ?? 0);
      sums.height = Math.max(sums.height, entry.frameHeight ?? 0);
    });
    return sums;
  }

  close(): void {
    this.#closed = true;
    this.#connection.close();
  }

  #onState(): void {
    const { connectionState, iceConnectionState } = this.#connection;
    if (connectionState === 'failed' || iceConnectionState === 'failed') this.#tell('failed');
    else if (iceConnectionState === 'disconnected') this.#tell('interrupted');
    else if (connectionState === 'connected') this.#tell('connected');
  }

  #tell(event: LivePeerEvent): void {
    if (!this.#closed) this.#options.onEvent(event);
  }
}
